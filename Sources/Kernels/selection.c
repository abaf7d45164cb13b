// The element of a row by the rank of its magnitude.
#include <string.h>

#include "lethe_clones.h"
#include "lethe_kernels.h"

/// Halves the range of bit patterns that the answer is in, which for magnitudes are ordered as the numbers are, until as
/// many elements as wanted are not above the middle. `bits` is room for n numbers.
LETHE_CLONES(float, lethe_smallest_magnitude,
    (const float *x, int32_t *bits, int64_t n, int64_t count), (x, bits, n, count)) {
  int32_t low = INT32_MAX, high = 0;
  for (int64_t i = 0; i < n; ++i) {
    memcpy(bits + i, x + i, sizeof *bits);
    bits[i] &= INT32_MAX;
    low = bits[i] < low ? bits[i] : low;
    high = bits[i] > high ? bits[i] : high;
  }
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    int32_t not_above = 0;
    for (int64_t i = 0; i < n; ++i) not_above += bits[i] <= middle;
    if (not_above >= count) high = middle;
    if (not_above < count) low = middle + 1;
    if (not_above != count) continue;
    int32_t largest = 0;
    for (int64_t i = 0; i < n; ++i) {
      const int32_t candidate = bits[i] <= middle ? bits[i] : 0;
      largest = candidate > largest ? candidate : largest;
    }
    low = high = largest;
  }
  float magnitude;
  memcpy(&magnitude, &low, sizeof low);
  return magnitude;
}

static void run_share(void *context, int32_t worker) {
  const lethe_selection *s = context;
  int32_t *bits = (int32_t *)s->keys + worker * s->columns;
  const int64_t end = s->rows * (worker + 1) / s->threads;
  for (int64_t row = s->rows * worker / s->threads; row < end; ++row) {
    s->target[row * s->target_stride] =
        lethe_smallest_magnitude(s->source + row * s->columns, bits, s->columns, s->count);
  }
}

void lethe_selection_run(const lethe_selection *selection) {
  lethe_run_workers(run_share, (void *)selection, selection->threads);
}
