#include "lethe_pairs.h"

#include <math.h>

#include "decay.h"
#include "lethe_clones.h"
#include "parts.h"

/// Returns the first i in start..<n that fits, or n. Whole stretches are tested with vector instructions;
/// only the one with a hit, and the rest at the end, are tested number by number.
#define RETURN_FIRST(stretch, fits)                                        \
  int64_t begin = start;                                                   \
  for (; begin + (stretch) <= n; begin += (stretch)) {                     \
    int found = 0;                                                         \
    for (int64_t i = begin; i < begin + (stretch); i++) found |= (fits);   \
    if (found) break;                                                      \
  }                                                                        \
  for (int64_t i = begin; i < n; i++) {                                    \
    if (fits) return i;                                                    \
  }                                                                        \
  return n

LETHE_CLONES(int64_t, lethe_next_at_most,
    (const float *a, const float *b, float limit, int64_t start, int64_t n),
    (a, b, limit, start, n)) {
  RETURN_FIRST(64, a[i] + b[i] <= limit);
}

LETHE_CLONES(int64_t, lethe_next_below, (const double *x, double limit, int64_t start, int64_t n),
    (x, limit, start, n)) {
  RETURN_FIRST(32, x[i] < limit);
}

LETHE_CLONES(double, lethe_squared_distance, (const double *a, const double *b, int64_t n),
    (a, b, n)) {
  double parts[PARTS] = {0};
  EACH(i, j, n, {
    double difference = a[i] - b[i];
    parts[j] += difference * difference;
  });
  return total(parts);
}

LETHE_CLONES(void, lethe_squares_from_products,
    (double *products, const double *norms, double first, int64_t n), (products, norms, first, n)) {
  for (int64_t i = 0; i < n; i++) {
    double square = first + norms[i] - 2 * products[i];
    products[i] = square > 0 ? square : 0;
  }
}

LETHE_CLONES(double, lethe_sum_of_cubes, (const double *x, double scale, int64_t n),
    (x, scale, n)) {
  double parts[PARTS] = {0};
  EACH(i, j, n, {
    double base = x[i] * scale + 1;
    parts[j] += base * base * base;
  });
  return total(parts);
}

LETHE_CLONES(double, lethe_sum_of_decays, (const double *x, double scale, int64_t n),
    (x, scale, n)) {
  double parts[PARTS] = {0};
  EACH(i, j, n, parts[j] += decay(-x[i] * scale););
  return total(parts);
}

LETHE_CLONES(double, lethe_largest_magnitude, (const double *x, int64_t n), (x, n)) {
  double parts[PARTS] = {0};
  EACH(i, j, n, {
    const double magnitude = fabs(x[i]);
    parts[j] = magnitude > parts[j] ? magnitude : parts[j];
  });
  double high = 0;
  for (int j = 0; j < PARTS; j++) high = parts[j] > high ? parts[j] : high;
  return high;
}

LETHE_CLONES(void, lethe_narrow, (const double *from, float *to, int64_t n), (from, to, n)) {
  for (int64_t i = 0; i < n; i++) to[i] = (float)from[i];
}
