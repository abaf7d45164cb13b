// A whole JPEG picture from memory in one call of libjpeg-turbo.
//
// The library calls a handler for errors that must not return. The one here jumps back over frames of C alone, and
// all calls of the library stand in one function, so that no frame of Swift is ever jumped over.
#ifndef LETHE_JPEG_H
#define LETHE_JPEG_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// After stdio.h, which it needs.
#include <jpeglib.h>
// After jpeglib.h.
#include <jerror.h>

#ifndef LIBJPEG_TURBO_VERSION
#error "libjpeg-turbo is needed, and another libjpeg was found"
#endif

/// The end of a decoding.
typedef enum {
  lethe_jpeg_whole,
  lethe_jpeg_damaged,
  /// There is no memory for the picture, which may be whole.
  lethe_jpeg_no_memory
} lethe_jpeg_result;

/// Most scans of a picture. Encoders write about ten; thousands of empty ones would take hours.
#define LETHE_JPEG_SCAN_LIMIT 500

/// One decoding: the library's state, and the place to go back to at an error.
typedef struct {
  // First, so that a pointer to it is one to the whole.
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  struct jpeg_decompress_struct picture;
  jmp_buf back;
  /// The error in words; room for JMSG_LENGTH_MAX bytes.
  char *message;
} lethe_jpeg_decoding;

/// The version of the library's headers, such as 2.1.5.
static inline const char *lethe_jpeg_version(void) {
#define LETHE_JPEG_TEXT(version) #version
#define LETHE_JPEG_EXPANDED(version) LETHE_JPEG_TEXT(version)
  return LETHE_JPEG_EXPANDED(LIBJPEG_TURBO_VERSION);
}

static inline void lethe_jpeg_fail(j_common_ptr picture) {
  lethe_jpeg_decoding *decoding = (lethe_jpeg_decoding *)picture->err;
  picture->err->format_message(picture, decoding->message);
  longjmp(decoding->back, 1);
}

static inline void lethe_jpeg_refuse(lethe_jpeg_decoding *decoding, const char *message) {
  snprintf(decoding->message, JMSG_LENGTH_MAX, "%s", message);
  longjmp(decoding->back, 1);
}

/// Takes warnings for errors, as the library fills up with grey what it does not find. Only those that concern no pixel
/// are left.
static inline void lethe_jpeg_warn(j_common_ptr picture, int level) {
  int code = picture->err->msg_code;
  if (level < 0 && code != JWRN_JFIF_MAJOR && code != JWRN_NOT_SEQUENTIAL) lethe_jpeg_fail(picture);
}

static inline void lethe_jpeg_count_scans(j_common_ptr picture) {
  if (((j_decompress_ptr)picture)->input_scan_number > LETHE_JPEG_SCAN_LIMIT)
    lethe_jpeg_refuse((lethe_jpeg_decoding *)picture->err, "too many scans");
}

/// Refuses a picture that lacks scans: a component without any, or a coefficient of a progressive picture without its
/// last bit. The library decodes what there is without a word, as a reader of a slow network wants it.
static inline void lethe_jpeg_require_scans(lethe_jpeg_decoding *decoding) {
  j_decompress_ptr picture = &decoding->picture;
  int found = 1;
  for (int component = 0; component < picture->num_components; component++) {
    found &= picture->comp_info[component].quant_table != NULL;
    for (int k = 0; picture->progressive_mode && k < DCTSIZE2; k++)
      found &= picture->coef_bits[component][k] == 0;
  }
  if (!found) lethe_jpeg_refuse(decoding, "some of its scans are missing");
}

/// Decodes a picture of which the header is known; see lethe_jpeg_decode. It keeps a frame of its own for setjmp.
__attribute__((noinline)) static int lethe_jpeg_run(
    lethe_jpeg_decoding *decoding, const uint8_t *bytes, size_t count, int width, int height,
    int channels, uint8_t *pixels) {
  j_decompress_ptr picture = &decoding->picture;
  if (setjmp(decoding->back) != 0) return 0;
  picture->err = jpeg_std_error(&decoding->errors);
  decoding->errors.error_exit = lethe_jpeg_fail;
  decoding->errors.emit_message = lethe_jpeg_warn;
  jpeg_create_decompress(picture);
  decoding->progress.progress_monitor = lethe_jpeg_count_scans;
  picture->progress = &decoding->progress;
  jpeg_mem_src(picture, bytes, count);
  jpeg_read_header(picture, TRUE);
  picture->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(picture);
  lethe_jpeg_require_scans(decoding);
  if (picture->output_width != (JDIMENSION)width || picture->output_height != (JDIMENSION)height ||
      picture->output_components != channels)
    lethe_jpeg_refuse(decoding, "its header can be read in two ways");
  while (picture->output_scanline < picture->output_height) {
    JSAMPROW row = pixels + (size_t)picture->output_scanline * width * channels;
    jpeg_read_scanlines(picture, &row, 1);
  }
  jpeg_finish_decompress(picture);
  return 1;
}

/// Decodes a picture into pixels of 8 bits.
///
/// width, height and channels (1 for grey, 3 for red, green, blue) are those of the header; pixels has room for them,
/// and message for JMSG_LENGTH_MAX bytes. Data that are damaged or missing are errors.
static inline lethe_jpeg_result lethe_jpeg_decode(
    const uint8_t *bytes, size_t count, int width, int height, int channels, uint8_t *pixels,
    char *message) {
  lethe_jpeg_decoding decoding;
  memset(&decoding, 0, sizeof decoding);
  decoding.message = message;
  int is_whole = lethe_jpeg_run(&decoding, bytes, count, width, height, channels, pixels);
  int is_shortage = decoding.errors.msg_code == JERR_OUT_OF_MEMORY;
  // Frees what a decoding that failed has left, and nothing where it has not begun.
  jpeg_destroy_decompress(&decoding.picture);
  return is_whole ? lethe_jpeg_whole : is_shortage ? lethe_jpeg_no_memory : lethe_jpeg_damaged;
}

#endif
