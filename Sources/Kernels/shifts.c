#include "lethe_shifts.h"

#include "clones.h"

/// Sums of this many interleaved parts are independent, so that they can be kept in vectors.
enum { PARTS = 16 };

LETHE_CLONES(double, lethe_difference,
    (const float *a, const float *b, float *difference, int64_t n), (a, b, difference, n)) {
  double parts[PARTS] = {0};
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) {
      const float d = a[i + j] - b[i + j];
      difference[i + j] = d;
      parts[j] += (double)d * d;
    }
  }
  for (int j = 0; i + j < n; j++) {
    const float d = a[i + j] - b[i + j];
    difference[i + j] = d;
    parts[j] += (double)d * d;
  }
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

LETHE_CLONES(double, lethe_energy, (const float *a, int64_t n), (a, n)) {
  double parts[PARTS] = {0};
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    for (int j = 0; j < PARTS; j++) parts[j] += (double)a[i + j] * a[i + j];
  }
  for (int j = 0; i + j < n; j++) parts[j] += (double)a[i + j] * a[i + j];
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

LETHE_CLONES(void, lethe_shift_bounds,
    (float *products, const float *norms, float first, float scale, float *least, int64_t n),
    (products, norms, first, scale, least, n)) {
  for (int64_t i = 0; i < n; i++) {
    const float bound = scale * (first + norms[i] - 2 * products[i]);
    products[i] = bound;
    least[i] = bound < least[i] ? bound : least[i];
  }
}

LETHE_CLONES(double, lethe_overlap_distance,
    (const float *a, const float *b, int64_t rows, int64_t columns, int64_t pitch, double *energy),
    (a, b, rows, columns, pitch, energy)) {
  double squares[PARTS] = {0}, energies[PARTS] = {0};
  for (int64_t row = 0; row < rows; row++) {
    const float *x = a + row * pitch, *y = b + row * pitch;
    int64_t i = 0;
    for (; i + PARTS <= columns; i += PARTS) {
      for (int j = 0; j < PARTS; j++) {
        const double p = x[i + j], q = y[i + j];
        squares[j] += (p - q) * (p - q);
        energies[j] += p * p + q * q;
      }
    }
    for (int j = 0; i + j < columns; j++) {
      const double p = x[i + j], q = y[i + j];
      squares[j] += (p - q) * (p - q);
      energies[j] += p * p + q * q;
    }
  }
  double square = 0, sum = 0;
  for (int j = 0; j < PARTS; j++) {
    square += squares[j];
    sum += energies[j];
  }
  if (energy) *energy += sum;
  return square;
}
