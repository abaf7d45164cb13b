#include "lethe_pairs.h"

#include <math.h>
#include <string.h>

#include "clones.h"
#include "elementary.h"

LETHE_CLONES(int64_t, lethe_next_at_most,
    (const float *a, const float *b, float limit, int64_t start, int64_t n),
    (a, b, limit, start, n)) {
  enum { stretch = 64 };
  int64_t i = start;
  for (; i + stretch <= n; i += stretch) {
    int found = 0;
    for (int j = 0; j < stretch; j++) found |= a[i + j] + b[i + j] <= limit;
    if (found) break;
  }
  for (; i < n; i++) {
    if (a[i] + b[i] <= limit) return i;
  }
  return n;
}

LETHE_CLONES(int64_t, lethe_next_below, (const double *x, double limit, int64_t start, int64_t n),
    (x, limit, start, n)) {
  enum { stretch = 32 };
  int64_t i = start;
  for (; i + stretch <= n; i += stretch) {
    int found = 0;
    for (int j = 0; j < stretch; j++) found |= x[i + j] < limit;
    if (found) break;
  }
  for (; i < n; i++) {
    if (x[i] < limit) return i;
  }
  return n;
}

/// Sums of this many interleaved parts are independent, so that they can be kept in vectors.
enum { PARTS = 16 };
LETHE_INLINE double total(const double parts[PARTS]) {
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

LETHE_INLINE double maximum_of(const double *x, int64_t n) {
  double parts[PARTS];
  for (int j = 0; j < PARTS; j++) parts[j] = -INFINITY;
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) parts[j] = x[i + j] > parts[j] ? x[i + j] : parts[j];
  }
  for (int j = 0; i + j < n; j++) parts[j] = x[i + j] > parts[j] ? x[i + j] : parts[j];
  double high = parts[0];
  for (int j = 1; j < PARTS; j++) high = parts[j] > high ? parts[j] : high;
  return high;
}

LETHE_INLINE double sum_of(const double *x, int64_t n) {
  double parts[PARTS] = {0};
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) parts[j] += x[i + j];
  }
  for (int j = 0; i + j < n; j++) parts[j] += x[i + j];
  return total(parts);
}

/// Terms of a mixture that are e to this power smaller than the largest are left out.
enum { NEGLIGIBLE = 40 };
/// Terms that are looked at together.
enum { STRETCH = 256 };

LETHE_CLONES(double, lethe_squared_distance, (const double *a, const double *b, int64_t n),
    (a, b, n)) {
  double parts[PARTS] = {0};
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) {
      double difference = a[i + j] - b[i + j];
      parts[j] += difference * difference;
    }
  }
  for (int j = 0; i + j < n; j++) {
    double difference = a[i + j] - b[i + j];
    parts[j] += difference * difference;
  }
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
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) {
      double base = x[i + j] * scale + 1;
      parts[j] += base * base * base;
    }
  }
  for (int j = 0; i + j < n; j++) {
    double base = x[i + j] * scale + 1;
    parts[j] += base * base * base;
  }
  return total(parts);
}

/// exp(x) for x ≤ 0: 2^k·e^r with r = x − k·ln 2 in ±½ ln 2 and e^r by its Taylor series to r^13, whose
/// remainder is below 2^−57. Below −708 the result is 0.
LETHE_INLINE double decay(double x) {
  const double rounder = 0x1.8p52;  // adding it leaves the nearest integer in the low bits
  const double clamped = x > -708 ? x : -708;
  const double shifted = clamped * 0x1.71547652b82fep0 + rounder;
  const double k = shifted - rounder;
  const double r = (clamped - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
  // Estrin's scheme: pairs of terms that do not wait for each other.
  const double r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  const double low = (1 + r) + r2 * (0.5 + r * (1.0 / 6));
  const double middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
  const double high =
      (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
  const double highest = 1.0 / 479001600 + r * (1.0 / 6227020800);
  const double sum = (low + r4 * middle) + r8 * (high + r4 * highest);
  int64_t exponent, bits;
  memcpy(&exponent, &shifted, sizeof exponent);
  memcpy(&bits, &sum, sizeof bits);
  bits += (int64_t)((uint64_t)exponent << 52);
  double result;
  memcpy(&result, &bits, sizeof result);
  return x > -708 ? result : 0;
}

LETHE_CLONES(double, lethe_sum_of_decays, (const double *x, double scale, int64_t n),
    (x, scale, n)) {
  double parts[PARTS] = {0};
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) parts[j] += decay(-x[i + j] * scale);
  }
  for (int j = 0; i + j < n; j++) parts[j] += decay(-x[i + j] * scale);
  return total(parts);
}

LETHE_CLONES(double, lethe_largest_magnitude, (const double *x, int64_t n), (x, n)) {
  double parts[PARTS] = {0};
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) {
      const double magnitude = fabs(x[i + j]);
      parts[j] = magnitude > parts[j] ? magnitude : parts[j];
    }
  }
  for (int j = 0; i + j < n; j++) parts[j] = fabs(x[i + j]) > parts[j] ? fabs(x[i + j]) : parts[j];
  double high = 0;
  for (int j = 0; j < PARTS; j++) high = parts[j] > high ? parts[j] : high;
  return high;
}

LETHE_INLINE float maximum_of_floats(const float *x, int64_t n) {
  float parts[PARTS];
  for (int j = 0; j < PARTS; j++) parts[j] = -INFINITY;
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) parts[j] = x[i + j] > parts[j] ? x[i + j] : parts[j];
  }
  for (int j = 0; i + j < n; j++) parts[j] = x[i + j] > parts[j] ? x[i + j] : parts[j];
  float high = parts[0];
  for (int j = 1; j < PARTS; j++) high = parts[j] > high ? parts[j] : high;
  return high;
}

LETHE_INLINE double sum_of_floats(const float *x, int64_t n) {
  float parts[PARTS] = {0};
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) parts[j] += x[i + j];
  }
  for (int j = 0; i + j < n; j++) parts[j] += x[i + j];
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

/// exp(x) for x ≤ 0, and the least normal number instead of anything smaller.
LETHE_INLINE float decay_single(float x) {
  const lethe_exp_parts parts = lethe_exp_reduce(x > -87 ? x : -87);
  return (1 + parts.expm1) * lethe_power_of_two(parts.n);
}

LETHE_CLONES(double, lethe_mixture_row,
    (const double *squares, const double *precisions, const double *offsets, double *weights, double
     *shares, double *moments, int64_t n),
    (squares, precisions, offsets, weights, shares, moments, n)) {
  // The highest of each stretch, so that stretches of nothing but zeros are passed over.
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

LETHE_CLONES(double, lethe_mixture_row_single,
    (const float *squares, const float *precisions, const float *offsets, float *weights, float
     *shares, float *moments, int64_t n),
    (squares, precisions, offsets, weights, shares, moments, n)) {
  float *highest = weights + n;
  float maximum = -INFINITY;
  for (int64_t start = 0; start < n; start += STRETCH) {
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    float *l = weights + start;
    for (int64_t i = 0; i < count; i++) {
      l[i] = offsets[start + i] - squares[start + i] * precisions[start + i];
    }
    const float high = maximum_of_floats(l, count);
    highest[start / STRETCH] = high;
    maximum = high > maximum ? high : maximum;
  }

  double sum = 0;
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    float *weight = weights + start;
    for (int64_t i = 0; i < count; i++) weight[i] = decay_single(weight[i] - maximum);
    sum += sum_of_floats(weight, count);
  }

  const float share = (float)(1 / sum);
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t end = n - start < STRETCH ? n : start + STRETCH;
    for (int64_t i = start; i < end; i++) {
      const float responsibility = weights[i] * share;
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

LETHE_CLONES(void, lethe_narrow, (const double *from, float *to, int64_t n), (from, to, n)) {
  for (int64_t i = 0; i < n; i++) to[i] = (float)from[i];
}
