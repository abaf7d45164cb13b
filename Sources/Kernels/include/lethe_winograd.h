#ifndef LETHE_WINOGRAD_H
#define LETHE_WINOGRAD_H

#include <stdint.h>

/// F(outputs, taps): how many places of an axis are computed at once, for how many taps, with outputs + taps − 1
/// multiplications in the place of outputs × taps.
typedef enum {
  LETHE_WINOGRAD_1_1,  // no transform
  LETHE_WINOGRAD_2_2,
  LETHE_WINOGRAD_4_2,
  LETHE_WINOGRAD_2_3,
  LETHE_WINOGRAD_4_3,
} lethe_winograd_form;

/// One spatial axis: y[o] = Σ w[k] x[stride × o + k − padding], with x and y places; x is 0 outside.
typedef struct {
  int64_t x, y, kernel, stride, padding;
  lethe_winograd_form form;
} lethe_winograd_axis;

/// A convolution of x [examples, x…, inputs] with w [outputs, inputs, kernel…] to y [examples, y…, outputs].
///
/// A convolution with one spatial axis has a first axis of size 1. A kernel has at most LETHE_WINOGRAD_MAX_TAPS taps.
typedef struct {
  lethe_winograd_axis axes[2];
  int64_t examples, inputs, outputs;
  int32_t threads;
} lethe_winograd;

enum { LETHE_WINOGRAD_MAX_TAPS = 128 };

/// What is computed of a convolution: y, the gradient of x, or that of w.
typedef enum { LETHE_WINOGRAD_Y, LETHE_WINOGRAD_DX, LETHE_WINOGRAD_DW } lethe_winograd_result;

/// The sizes of the products that a convolution becomes: for each of `points`, of [tiles, depth] with [depth, outputs].
typedef struct {
  int64_t points, tiles, depth, outputs;
} lethe_winograd_sizes;

lethe_winograd_sizes lethe_winograd_sizes_of(const lethe_winograd *c);

/// Floats of a packed weight.
int64_t lethe_winograd_packed_count(const lethe_winograd *c);

/// Transforms a weight for y or for the gradient of x.
///
/// `strides` are those of w, in floats: by output, input and the two axes of the kernel.
void lethe_winograd_pack(
    const lethe_winograd *c, lethe_winograd_result result, const float *w, const int64_t strides[4], float *packed);

/// Floats of working memory.
int64_t lethe_winograd_workspace(const lethe_winograd *c, lethe_winograd_result result);

/// Computes y from x and the weight packed for it.
void lethe_winograd_y(
    const lethe_winograd *c, const float *x, const float *packed, float *y, float *workspace);

/// Computes the gradient of x from that of y and the weight packed for it.
void lethe_winograd_dx(
    const lethe_winograd *c, float *dx, const float *packed, const float *dy, float *workspace);

/// Computes the gradient of w, in rows and columns, from x and the gradient of y.
void lethe_winograd_dw(
    const lethe_winograd *c, const float *x, float *dw, const float *dy, float *workspace);

#endif
