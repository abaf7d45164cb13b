#include "lethe_shifts.h"

#include "lethe_clones.h"
#include "parts.h"

LETHE_CLONES(double, lethe_difference,
    (const float *a, const float *b, float *difference, int64_t n), (a, b, difference, n)) {
  double parts[PARTS] = {0};
  EACH(i, j, n, {
    const float d = a[i] - b[i];
    difference[i] = d;
    parts[j] += (double)d * d;
  });
  return total(parts);
}

LETHE_CLONES(double, lethe_energy, (const float *a, int64_t n), (a, n)) {
  double parts[PARTS] = {0};
  EACH(i, j, n, parts[j] += (double)a[i] * a[i];);
  return total(parts);
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
    EACH(i, j, columns, {
      const double p = x[i], q = y[i];
      squares[j] += (p - q) * (p - q);
      energies[j] += p * p + q * q;
    });
  }
  if (energy) *energy += total(energies);
  return total(squares);
}
