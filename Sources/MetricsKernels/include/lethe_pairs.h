// Loops over one row of distances or products between a row of one matrix and the rows of another.
#ifndef LETHE_PAIRS_H
#define LETHE_PAIRS_H

#include <stdint.h>

/// The first index from `start` with a[i] + b[i] ≤ limit; n if there is none.
int64_t lethe_next_at_most(const float *a, const float *b, float limit, int64_t start, int64_t n);

/// The first index from `start` with x[i] < limit; n if there is none.
int64_t lethe_next_below(const double *x, double limit, int64_t start, int64_t n);

/// Squared distance of two rows of doubles.
double lethe_squared_distance(const double *a, const double *b, int64_t n);

/// Turns inner products into squared distances: replaces products[i] by max(0, first + norms[i] −
/// 2·products[i]), with `first` the squared norm of the one row and `norms` those of the others.
void lethe_squares_from_products(double *products, const double *norms, double first, int64_t n);

/// Σ (x[i]·scale + 1)³.
double lethe_sum_of_cubes(const double *x, double scale, int64_t n);

/// Σ exp(−x[i]·scale) for x[i]·scale ≥ 0, with an error of at most 4 ULP a term.
double lethe_sum_of_decays(const double *x, double scale, int64_t n);

/// The largest |x[i]|; 0 for n = 0.
double lethe_largest_magnitude(const double *x, int64_t n);

/// The density of one example under a mixture, and the share of each component in it. With l[i] =
/// offsets[i] − squares[i]·precisions[i], returns log Σ exp l and adds r[i] = exp(l[i] − log Σ exp l) to
/// shares[i] and r[i]·squares[i] to moments[i]. `weights` is room for n + n/256 + 1 numbers.
double lethe_mixture_row(const double *squares, const double *precisions, const double *offsets,
                         double *weights, double *shares, double *moments, int64_t n);

/// Rows of a call of lethe_mixture_rows.
enum { LETHE_MIXTURE_ROWS = 8 };

/// As lethe_mixture_row for `rows` examples at once, at most LETHE_MIXTURE_ROWS, in single precision and to base 2: with
/// l[i] = offsets[i] − squares[i]·precisions[i] of a row, its logarithm is log₂ Σ 2^l. `squares` is [rows, n]; what is
/// added is the sum over rows. `logarithms` are read as guesses, of which a good one saves a pass, and any number or NaN
/// is allowed, and replaced. `weights` is room for rows · n numbers.
void lethe_mixture_rows(const float *squares, const float *precisions, const float *offsets,
                        double *logarithms, float *weights, float *shares, float *moments,
                        int64_t n, int64_t rows);

/// Replaces squares[i] by the log-density offsets[i] − squares[i]·precisions[i].
void lethe_mixture_terms(double *squares, const double *precisions, const double *offsets,
                         int64_t n);

/// log Σ exp x[i]; leaves exp(x[i] − max x) in x[i].
double lethe_log_sum_exp(double *x, int64_t n);

/// Rounds doubles to floats.
void lethe_narrow(const double *from, float *to, int64_t n);

#endif
