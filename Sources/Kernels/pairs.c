#include "lethe_pairs.h"

#include <math.h>

#include "clones.h"
#include "elementary.h"

LETHE_CLONES
int64_t lethe_next_at_most(const float *a, const float *b, float limit, int64_t start, int64_t n) {
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

LETHE_INLINE double sum_of(const float *x, int64_t n) {
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

LETHE_CLONES
double lethe_squared_distance(const double *a, const double *b, int64_t n) {
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

LETHE_CLONES
void lethe_squares_from_products(double *products, const double *norms, double first, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    double square = first + norms[i] - 2 * products[i];
    products[i] = square > 0 ? square : 0;
  }
}

LETHE_CLONES
double lethe_sum_of_cubes(const double *x, double scale, int64_t n) {
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

LETHE_CLONES
double lethe_mixture_row(const float *squares, const double *precisions, const double *offsets,
                         double *scratch, float *weights, double *shares, double *moments,
                         int64_t n) {
  // The highest of each stretch, so that stretches of nothing but zeros can be passed over.
  enum { STRETCH = 256 };
  double maximum = -INFINITY;
  double *highest = scratch + n;
  for (int64_t start = 0; start < n; start += STRETCH) {
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    double *l = scratch + start;
    for (int64_t i = 0; i < count; i++) {
      l[i] = offsets[start + i] - (double)squares[start + i] * precisions[start + i];
    }
    const double high = maximum_of(l, count);
    highest[start / STRETCH] = high;
    maximum = high > maximum ? high : maximum;
  }

  double sum = 0;
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    double *l = scratch + start;
    float *weight = weights + start;
    for (int64_t i = 0; i < count; i++) weight[i] = lethe_expf((float)(l[i] - maximum));
    sum += sum_of(weight, count);
  }
  if (!shares) return maximum + log(sum);

  const double share = 1 / sum;
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    for (int64_t i = 0; i < count; i++) {
      const double responsibility = weights[start + i] * share;
      shares[start + i] += responsibility;
      moments[start + i] += responsibility * squares[start + i];
    }
  }
  return maximum + log(sum);
}

LETHE_CLONES
void lethe_narrow(const double *from, float *to, int64_t n) {
  for (int64_t i = 0; i < n; i++) to[i] = (float)from[i];
}
