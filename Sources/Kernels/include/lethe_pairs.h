// Loops over one row of distances or products between a row of one matrix and the rows of another.
#ifndef LETHE_PAIRS_H
#define LETHE_PAIRS_H

#include <stdint.h>

/// The first index from `start` with a[i] + b[i] ≤ limit; n if there is none.
int64_t lethe_next_at_most(const float *a, const float *b, float limit, int64_t start, int64_t n);

/// Squared distance of two rows of doubles.
double lethe_squared_distance(const double *a, const double *b, int64_t n);

/// products[i] becomes max(0, first + norms[i] − 2·products[i]): squared distances from inner products,
/// `first` being the row's squared norm and `norms` those of the others.
void lethe_squares_from_products(double *products, const double *norms, double first, int64_t n);

/// Σ (x[i]·scale + 1)³.
double lethe_sum_of_cubes(const double *x, double scale, int64_t n);

/// One example under a mixture: with l[i] = offsets[i] − squares[i]·precisions[i], returns log Σ exp l and,
/// unless `shares` is null, adds r[i] = exp(l[i] − log Σ exp l) to shares[i] and r[i]·squares[i] to
/// moments[i]. Exponentials are of single precision. `scratch` holds n + n/256 + 1 numbers,
/// `weights` n.
double lethe_mixture_row(const float *squares, const double *precisions, const double *offsets,
                         double *scratch, float *weights, double *shares, double *moments,
                         int64_t n);

/// Copies doubles to floats.
void lethe_narrow(const double *from, float *to, int64_t n);

#endif
