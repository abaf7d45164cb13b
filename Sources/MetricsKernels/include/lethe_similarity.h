// Structural similarity of two images.
#ifndef LETHE_SIMILARITY_H
#define LETHE_SIMILARITY_H

#include <stdint.h>

/// Compares two images of one channel. Writes the mean structural similarity to `similarity` and the mean
/// of its contrast and structure term alone to `contrast`, both over all places where the window lies
/// inside the images. `window` holds `taps` weights, the same down and across; `scratch` is room for
/// 7·width numbers.
void lethe_structural_similarity(const double *x, const double *y, int64_t height, int64_t width,
                                 const double *window, int64_t taps, double c1, double c2,
                                 double *scratch, double *similarity, double *contrast);

#endif
