#include <math.h>

#include "lethe_elementary_inline.h"
#include "lethe_pairs.h"
#include "parts.h"

// A fit calls this for a hundred million pairs in each of its steps. The logarithms of a row's density in the step before
// are near those of this step, so that no pass has to look for the largest term first; and the rows of a block add to
// sums that stay in registers.

/// Exponents of 2 outside ±LIMIT are moved there.
static const float LIMIT = 125;
/// Sums outside 1/FAR … FAR are computed again around their largest term, as some terms may have been moved.
static const double FAR = 0x1p60;

/// 2^x for |x| ≤ 126, within an ulp: a polynomial on ±½, fitted as those in lethe_elementary_inline.h.
LETHE_INLINE float power_of_two(float x) {
  const float magic = 0x1.8p23f;
  const float shifted = x + magic;
  const float f = x - (shifted - magic);
  const float p =
      1 + f * (0x1.62e43p-1f +
               f * (0x1.ebfbdcp-3f +
                    f * (0x1.c6af7ap-5f +
                         f * (0x1.3b2dd2p-7f + f * (0x1.5f0948p-10f + f * 0x1.417a9cp-13f)))));
  return lethe_from_bits(lethe_bits(p) + (lethe_bits(shifted) << 23));
}

LETHE_INLINE float largest_exponent(
    const float *squares, const float *precisions, const float *offsets, int64_t n) {
  float parts[PARTS];
  for (int j = 0; j < PARTS; j++) parts[j] = -INFINITY;
  EACH(i, j, n, const float l = offsets[i] - squares[i] * precisions[i];
       parts[j] = l > parts[j] ? l : parts[j];);
  float high = parts[0];
  for (int j = 1; j < PARTS; j++) high = parts[j] > high ? parts[j] : high;
  return high;
}

/// Writes 2^(offset − precision · square − shift) to `weights`, and returns the sum.
LETHE_INLINE double fill_weights(
    const float *restrict squares, const float *restrict precisions, const float *restrict offsets,
    float shift, float *restrict weights, int64_t n) {
  float parts[PARTS] = {0};
  EACH(i, j, n, float l = (offsets[i] - shift) - squares[i] * precisions[i];
       l = l > -LIMIT ? l : -LIMIT; l = l < LIMIT ? l : LIMIT;
       const float weight = power_of_two(l); weights[i] = weight; parts[j] += weight;);
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

/// Adds the responsibilities of `count` components for some rows.
LETHE_INLINE void add_responsibilities(
    const float *weights, const float *squares, const float *factors, float *shares, float *moments,
    int64_t n, int64_t rows, int64_t count) {
  float share[PARTS] = {0}, moment[PARTS] = {0};
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t j = 0; j < count; j++) {
      const float responsibility = weights[row * n + j] * factors[row];
      share[j] += responsibility;
      moment[j] += responsibility * squares[row * n + j];
    }
  }
  for (int64_t j = 0; j < count; j++) shares[j] += share[j];
  for (int64_t j = 0; j < count; j++) moments[j] += moment[j];
}

LETHE_CLONES(void, lethe_mixture_rows,
    (const float *squares, const float *precisions, const float *offsets, double *logarithms,
     float *weights, float *shares, float *moments, int64_t n, int64_t rows),
    (squares, precisions, offsets, logarithms, weights, shares, moments, n, rows)) {
  float factors[LETHE_MIXTURE_ROWS] = {0};
  for (int64_t row = 0; row < rows; row++) {
    const float *own = squares + row * n;
    float shift = (float)logarithms[row];
    double sum = fill_weights(own, precisions, offsets, shift, weights + row * n, n);
    if (!(sum > 1 / FAR && sum < FAR)) {
      shift = largest_exponent(own, precisions, offsets, n);
      sum = fill_weights(own, precisions, offsets, shift, weights + row * n, n);
    }
    logarithms[row] = shift + log2(sum);
    factors[row] = (float)(1 / sum);
  }
  int64_t i = 0;
  for (; i + PARTS <= n; i += PARTS) {
    add_responsibilities(
        weights + i, squares + i, factors, shares + i, moments + i, n, rows, PARTS);
  }
  add_responsibilities(weights + i, squares + i, factors, shares + i, moments + i, n, rows, n - i);
}
