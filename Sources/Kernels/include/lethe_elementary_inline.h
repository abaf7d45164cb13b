#ifndef LETHE_ELEMENTARY_INLINE_H
#define LETHE_ELEMENTARY_INLINE_H

// Elementary functions of one float, free of branches and calls, so that a plain loop over them is
// vectorised inside a LETHE_CLONES function. Worst errors are listed in README.md.
//
// Method: argument reduction and a short polynomial (Muller et al., Handbook of Floating-Point
// Arithmetic, 2nd ed. 2018, chapter 10). Coefficients are minimax fits of the relative error, made
// by iteratively reweighted least squares on Chebyshev nodes, each rounded to float in turn and the
// following ones fitted again.
//
// A comparison with NaN is false, and every test is written so that NaN takes the right branch. Do not
// invert a test, and do not compile with -ffast-math.

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "lethe_clones.h"
#include "lethe_two_over_pi.h"

LETHE_INLINE uint32_t lethe_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

LETHE_INLINE float lethe_from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

LETHE_INLINE float lethe_with_sign_of(float magnitude, float sign) {
  return lethe_from_bits(lethe_bits(magnitude) | (lethe_bits(sign) & 0x80000000u));
}

/// x = n·ln 2 + r with |r| ≤ ln(2)/2, and `expm1` = e^r − 1.
typedef struct {
  int32_t n;
  float expm1;
} lethe_exp_parts;

/// Splits x, for |x| ≤ 150. Adding 1.5·2^23 rounds to the nearest integer and leaves it in the low bits.
LETHE_INLINE lethe_exp_parts lethe_exp_reduce(float x) {
  const float magic = 0x1.8p23f;
  const float shifted = x * 0x1.715476p0f + magic;
  const float n = shifted - magic;
  // ln 2 in two parts; the first has 10 bits, so that n times it is exact.
  const float r = (x - n * 0x1.63p-1f) - n * -0x1.bd0106p-13f;
  const float q =
      0x1.fffffep-2f +
      r * (0x1.5554b4p-3f + r * (0x1.5556f2p-5f + r * (0x1.122544p-7f + r * 0x1.6b9c5cp-10f)));
  return (lethe_exp_parts){(int32_t)(lethe_bits(shifted) - lethe_bits(magic)), r + r * r * q};
}

/// 2^n for n in −126...127.
LETHE_INLINE float lethe_power_of_two(int32_t n) {
  return lethe_from_bits((uint32_t)(n + 127) << 23);
}

/// e^x. Two factors of half the exponent reach denormal results with one rounding, and infinity.
LETHE_INLINE float lethe_expf(float x) {
  x = x < -104.0f ? -104.0f : x;
  x = x > 89.0f ? 89.0f : x;
  const lethe_exp_parts parts = lethe_exp_reduce(x);
  const int32_t half = parts.n >> 1;
  return (1.0f + parts.expm1) * lethe_power_of_two(half) * lethe_power_of_two(parts.n - half);
}

/// log(1 + r) − r for r in √½ − 1 ... √2 − 1.
LETHE_INLINE float lethe_log1p_tail(float r) {
  const float p =
      0x1.555554p-2f +
      r * (-0x1.000228p-2f +
           r * (0x1.99a028p-3f +
                r * (-0x1.54720cp-3f +
                     r * (0x1.22d792p-3f +
                          r * (-0x1.0d854cp-3f + r * (0x1.056c24p-3f + r * -0x1.38dc48p-4f))))));
  return r * r * (r * p - 0.5f);
}

/// Natural logarithm; NaN below zero, −∞ at zero.
LETHE_INLINE float lethe_logf(float x) {
  const int denormal = x < 0x1p-126f;
  const uint32_t bits = lethe_bits(denormal ? x * 0x1p23f : x);
  // The significand is brought to √½ ... √2, 0x3f3504f3 being the bits of √½.
  const int32_t exponent = (int32_t)(bits - 0x3f3504f3u) >> 23;
  const float r = lethe_from_bits(bits - ((uint32_t)exponent << 23)) - 1.0f;
  const float n = (float)(exponent - (denormal ? 23 : 0));
  const float y = n * 0x1.63p-1f + (r + (lethe_log1p_tail(r) + n * -0x1.bd0106p-13f));
  const float finite = x < INFINITY ? y : x;
  return x > 0.0f ? finite : (x == 0.0f ? -INFINITY : NAN);
}

/// Hyperbolic tangent, as t/(t + 2) with t = e^(2|x|) − 1.
LETHE_INLINE float lethe_tanhf(float x) {
  float magnitude = fabsf(x);
  magnitude = magnitude > 10.0f ? 10.0f : magnitude;
  const lethe_exp_parts parts = lethe_exp_reduce(2.0f * magnitude);
  const float scale = lethe_power_of_two(parts.n);
  const float t = (scale - 1.0f) + scale * parts.expm1;
  return lethe_with_sign_of(t / (t + 2.0f), x);
}

/// 1/(1 + e^−x), from e^−|x|, so that very negative x give e^x down to the denormals.
LETHE_INLINE float lethe_sigmoidf(float x) {
  const float e = lethe_expf(-fabsf(x));
  return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/// log(1 + e^x) = max(x, 0) + log(1 + e), e = e^−|x|. Above √2 − 1 the logarithm is taken of
/// (1 + e)/2, whose distance from 1 is exact.
LETHE_INLINE float lethe_softplusf(float x) {
  const float e = lethe_expf(-fabsf(x));
  const int large = e > 0x1.a8p-2f;
  const float r = large ? 0.5f * e - 0.5f : e;
  const float tail = lethe_log1p_tail(r) + (large ? -0x1.bd0106p-13f : 0.0f);
  const float log1p = (large ? 0x1.63p-1f : 0.0f) + (r + tail);
  return (x > 0.0f ? x : 0.0f) + log1p;
}

/// The instruction of the processor, without the errno of `sqrtf`, for which loops could not be vectorised.
LETHE_INLINE float lethe_sqrtf(float x) { return __builtin_elementwise_sqrt(x); }

/// |x| = (4k + quadrant)·π/2 + r with |r| ≤ π/4, for every finite x.
typedef struct {
  uint32_t quadrant;
  float r;
} lethe_quadrant;

/// Multiplies by 2/π in double precision, leaving out for large x the leading bits of 2/π that only
/// add whole turns (M. Payne and R. Hanek, Radian reduction for trigonometric functions, SIGNUM
/// Newsletter 18, 1983). The head has 29 bits, so that its product with a float is exact.
LETHE_INLINE lethe_quadrant lethe_reduce_quadrant(float x) {
  const int32_t exponent = (int32_t)(lethe_bits(x) >> 23 & 0xff) - LETHE_TWO_OVER_PI_FIRST;
  const int32_t row = exponent > 0 ? exponent : 0;
  const double magnitude = (double)fabsf(x);
  const double head = magnitude * lethe_two_over_pi_head[row];
  const double tail = magnitude * lethe_two_over_pi_tail[row];
  const double magic = 0x1.8p52;
  const double shifted = (head + tail) + magic;
  const double turn = (head - (shifted - magic)) + tail;
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return (lethe_quadrant){(uint32_t)bits, (float)(turn * 0x1.921fb54442d18p0)};
}

/// sin r, or cos r where `quadrant` is odd, negated in quadrants 2 and 3.
LETHE_INLINE float lethe_sine_of(uint32_t quadrant, float r) {
  const float s = r * r;
  const float sine = r + r * s * (-0x1.555546p-3f + s * (0x1.110778p-7f + s * -0x1.995406p-13f));
  const float cosine =
      1.0f + s * (-0.5f + s * (0x1.55554ap-5f + s * (-0x1.6c0c28p-10f + s * 0x1.99e80cp-16f)));
  const float y = (quadrant & 1) != 0 ? cosine : sine;
  return lethe_from_bits(lethe_bits(y) ^ (quadrant & 2) << 30);
}

LETHE_INLINE float lethe_sinf(float x) {
  const lethe_quadrant q = lethe_reduce_quadrant(x);
  const float y = lethe_sine_of(q.quadrant, q.r);
  return lethe_from_bits(lethe_bits(y) ^ (lethe_bits(x) & 0x80000000u));
}

LETHE_INLINE float lethe_cosf(float x) {
  const lethe_quadrant q = lethe_reduce_quadrant(x);
  return lethe_sine_of(q.quadrant + 1, q.r);
}

#endif
