#include "lethe_correlation.h"

#include <math.h>

#include "lethe_clones.h"

/// A vector of eight floats that needs no more alignment than one float.
typedef float lanes __attribute__((vector_size(4 * LETHE_LANES), aligned(4)));

typedef struct {
  lanes re, im;
} numbers;

LETHE_INLINE numbers load(const float *at) {
  return (numbers){*(const lanes *)at, *(const lanes *)(at + LETHE_LANES)};
}

LETHE_INLINE void store(float *at, numbers x) {
  *(lanes *)at = x.re;
  *(lanes *)(at + LETHE_LANES) = x.im;
}

LETHE_INLINE numbers add(numbers a, numbers b) { return (numbers){a.re + b.re, a.im + b.im}; }
LETHE_INLINE numbers subtract(numbers a, numbers b) { return (numbers){a.re - b.re, a.im - b.im}; }

/// a − ib.
LETHE_INLINE numbers subtract_turned(numbers a, numbers b) {
  return (numbers){a.re + b.im, a.im - b.re};
}

/// a + ib.
LETHE_INLINE numbers add_turned(numbers a, numbers b) {
  return (numbers){a.re - b.im, a.im + b.re};
}

LETHE_INLINE numbers times(numbers a, const float *root) {
  return (numbers){a.re * root[0] - a.im * root[1], a.re * root[1] + a.im * root[0]};
}

LETHE_INLINE numbers times_conjugate(numbers a, const float *root) {
  return (numbers){a.re * root[0] + a.im * root[1], a.im * root[0] - a.re * root[1]};
}

enum { PLACE = 2 * LETHE_LANES };

/// The stage of length 2: sums and differences of neighbours. It is its own inverse up to a factor of 2.
LETHE_INLINE void combine_neighbors(float *x, int64_t count) {
  for (int64_t i = 0; i < count; i += 2) {
    const numbers a = load(x + i * PLACE), b = load(x + (i + 1) * PLACE);
    store(x + i * PLACE, add(a, b));
    store(x + (i + 1) * PLACE, subtract(a, b));
  }
}

LETHE_CLONES(void, lethe_transform, (float *x, int64_t count, const float *roots),
    (x, count, roots)) {
  int64_t length = count;
  // Decimation in frequency: two stages of radix 2 at a time.
  for (; length >= 4; length /= 4) {
    const int64_t quarter = length / 4, step = 2 * (count / length);
    for (int64_t start = 0; start < count; start += length) {
      for (int64_t j = 0; j < quarter; j++) {
        float *at = x + (start + j) * PLACE;
        const numbers a = load(at), b = load(at + quarter * PLACE);
        const numbers c = load(at + 2 * quarter * PLACE), d = load(at + 3 * quarter * PLACE);
        const numbers ac = add(a, c), bd = add(b, d), a_c = subtract(a, c), b_d = subtract(b, d);
        store(at, add(ac, bd));
        store(at + quarter * PLACE, times(subtract(ac, bd), roots + 2 * j * step));
        store(at + 2 * quarter * PLACE, times(subtract_turned(a_c, b_d), roots + j * step));
        store(at + 3 * quarter * PLACE, times(add_turned(a_c, b_d), roots + 3 * j * step));
      }
    }
  }
  if (length == 2) combine_neighbors(x, count);
}

LETHE_CLONES(void, lethe_transform_back, (float *x, int64_t count, const float *roots),
    (x, count, roots)) {
  int64_t length = 4;
  int64_t stages = 0;
  while (count >> stages > 1) stages++;
  if (stages % 2 == 1) {
    combine_neighbors(x, count);
    length = 8;
  }
  for (; length <= count; length *= 4) {
    const int64_t quarter = length / 4, step = 2 * (count / length);
    for (int64_t start = 0; start < count; start += length) {
      for (int64_t j = 0; j < quarter; j++) {
        float *at = x + (start + j) * PLACE;
        const numbers p = load(at);
        const numbers q = times_conjugate(load(at + quarter * PLACE), roots + 2 * j * step);
        const numbers r = times_conjugate(load(at + 2 * quarter * PLACE), roots + j * step);
        const numbers s = times_conjugate(load(at + 3 * quarter * PLACE), roots + 3 * j * step);
        const numbers pq = add(p, q), p_q = subtract(p, q), rs = add(r, s), r_s = subtract(r, s);
        store(at, add(pq, rs));
        store(at + quarter * PLACE, add_turned(p_q, r_s));
        store(at + 2 * quarter * PLACE, subtract(pq, rs));
        store(at + 3 * quarter * PLACE, subtract_turned(p_q, r_s));
      }
    }
  }
}

LETHE_CLONES(void, lethe_correlate,
    (const float *first, int64_t lane, const float *second, int64_t blocks, int64_t count, float
     *result), (first, lane, second, blocks, count, result)) {
  const int64_t block = count * PLACE;
  for (int64_t place = 0; place < count; place++) {
    numbers sums[LETHE_CORRELATED] = {{{0}, {0}}};
    for (int64_t b = 0; b < blocks; b++) {
      const float *f = first + b * block + place * PLACE + lane;
      const numbers s = load(second + b * block + place * PLACE);
      for (int i = 0; i < LETHE_CORRELATED; i++) {
        const float re = f[i], im = f[LETHE_LANES + i];
        sums[i].re += s.re * re;
        sums[i].im += s.re * im;
        sums[i].re += s.im * im;
        sums[i].im -= s.im * re;
      }
    }
    for (int i = 0; i < LETHE_CORRELATED; i++) store(result + i * block + place * PLACE, sums[i]);
  }
}

LETHE_CLONES(void, lethe_best_shifts,
    (const float *correlations, int64_t part, float scale, int64_t count, const float *shares, const
     float *lane_shares, const float *weights, float margin, float *best, int32_t *place),
    (correlations, part, scale, count, shares, lane_shares, weights, margin, best, place)) {
  const float *values = correlations + part * LETHE_LANES;
  const int64_t middle = count / 2;
  for (int lane = 0; lane < LETHE_LANES; lane++) {
    best[lane] = values[middle * PLACE + lane] * scale + margin;
    place[lane] = (int32_t)middle;
  }
  for (int64_t i = 0; i < count; i++) {
    for (int lane = 0; lane < LETHE_LANES; lane++) {
      const float weight = weights[lane];
      const float share = weight * shares[i] + (1 - weight) * lane_shares[i * LETHE_LANES + lane];
      const float value =
          share >= 0.5f ? values[i * PLACE + lane] * scale / share : -INFINITY;
      const int better = value > best[lane];
      best[lane] = better ? value : best[lane];
      place[lane] = better ? (int32_t)i : place[lane];
    }
  }
}
