#include <math.h>

#include "decay.h"
#include "lethe_clones.h"
#include "lethe_pairs.h"
#include "parts.h"

/// Cut-off of a mixture: stretches whose terms are all below e^−NEGLIGIBLE times the largest term are left
/// out.
enum { NEGLIGIBLE = 40 };
/// Number of terms in a stretch, which is kept or left out as a whole.
enum { STRETCH = 256 };

LETHE_INLINE double maximum_of(const double *x, int64_t n) {
  double parts[PARTS];
  for (int j = 0; j < PARTS; j++) parts[j] = -INFINITY;
  EACH(i, j, n, parts[j] = x[i] > parts[j] ? x[i] : parts[j];);
  double high = parts[0];
  for (int j = 1; j < PARTS; j++) high = parts[j] > high ? parts[j] : high;
  return high;
}

LETHE_INLINE double sum_of(const double *x, int64_t n) {
  double parts[PARTS] = {0};
  EACH(i, j, n, parts[j] += x[i];);
  return total(parts);
}

LETHE_CLONES(double, lethe_mixture_row,
    (const double *squares, const double *precisions, const double *offsets, double *weights,
     double *shares, double *moments, int64_t n),
    (squares, precisions, offsets, weights, shares, moments, n)) {
  // The largest exponent of each stretch, so that stretches of negligible terms are passed over.
  double *highest = weights + n;
  double maximum = -INFINITY;
  for (int64_t start = 0; start < n; start += STRETCH) {
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    double *l = weights + start;
    for (int64_t i = 0; i < count; i++) {
      l[i] = offsets[start + i] - squares[start + i] * precisions[start + i];
    }
    const double high = maximum_of(l, count);
    highest[start / STRETCH] = high;
    maximum = high > maximum ? high : maximum;
  }

  double sum = 0;
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    double *weight = weights + start;
    for (int64_t i = 0; i < count; i++) weight[i] = decay(weight[i] - maximum);
    sum += sum_of(weight, count);
  }

  const double share = 1 / sum;
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t end = n - start < STRETCH ? n : start + STRETCH;
    for (int64_t i = start; i < end; i++) {
      const double responsibility = weights[i] * share;
      shares[i] += responsibility;
      moments[i] += responsibility * squares[i];
    }
  }
  return maximum + log(sum);
}

LETHE_CLONES(double, lethe_log_sum_exp, (double *x, int64_t n), (x, n)) {
  const double maximum = maximum_of(x, n);
  for (int64_t i = 0; i < n; i++) x[i] = decay(x[i] - maximum);
  return maximum + log(sum_of(x, n));
}

LETHE_CLONES(void, lethe_mixture_terms,
    (double *squares, const double *precisions, const double *offsets, int64_t n),
    (squares, precisions, offsets, n)) {
  for (int64_t i = 0; i < n; i++) squares[i] = offsets[i] - squares[i] * precisions[i];
}
