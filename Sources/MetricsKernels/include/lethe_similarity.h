// Structural similarity of two images.
#ifndef LETHE_SIMILARITY_H
#define LETHE_SIMILARITY_H

#include <stdint.h>

/// Means over all places where a window lies inside two images of one channel: of the structural similarity
/// and of its contrast and structure term alone. `window` holds `taps` weights, the same down and across;
/// `scratch` holds 7·width numbers.
void lethe_structural_similarity(const double *x, const double *y, int64_t height, int64_t width,
                                 const double *window, int64_t taps, double c1, double c2,
                                 double *scratch, double *similarity, double *contrast);

#endif
