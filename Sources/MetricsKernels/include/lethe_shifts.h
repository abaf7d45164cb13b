// Loops of the search for examples that are alike up to a shift.
#ifndef LETHE_SHIFTS_H
#define LETHE_SHIFTS_H

#include <stdint.h>

/// Writes a[i] − b[i] to difference[i] and returns the sum of their squares.
double lethe_difference(const float *a, const float *b, float *difference, int64_t n);

/// The sum of the squares of n floats, in double precision.
double lethe_energy(const float *a, int64_t n);

/// Turns inner products into bounds of distances: replaces products[i] by scale·(first + norms[i] −
/// 2·products[i]), and least[i] by that bound where it is lower.
void lethe_shift_bounds(float *products, const float *norms, float first, float scale, float *least,
                        int64_t n);

/// Squared distance, in double precision, between two blocks of `rows` rows of `columns` floats; the rows
/// of a block begin `pitch` floats apart. Adds Σ a² + b² to `energy` unless that is null.
double lethe_overlap_distance(const float *a, const float *b, int64_t rows, int64_t columns,
                              int64_t pitch, double *energy);

#endif
