// Loops of the search for examples that are alike but for a shift.
#ifndef LETHE_SHIFTS_H
#define LETHE_SHIFTS_H

#include <stdint.h>

/// Writes a[i] − b[i] and returns the sum of the squares.
double lethe_difference(const float *a, const float *b, float *difference, int64_t n);

/// The sum of squares.
double lethe_energy(const float *a, int64_t n);

/// products[i] becomes scale·(first + norms[i] − 2·products[i]), and least[i] no more than that.
void lethe_shift_bounds(float *products, const float *norms, float first, float scale, float *least,
                        int64_t n);

/// Squared distance, in double precision, of two arrays of rows of `columns` floats, whose beginnings are
/// `pitch` floats apart. Adds Σ a² + b² to `energy` unless that is null.
double lethe_overlap_distance(const float *a, const float *b, int64_t rows, int64_t columns,
                              int64_t pitch, double *energy);

#endif
