#ifndef LETHE_ELEMENTARY_H
#define LETHE_ELEMENTARY_H

#include <stdint.h>

// out[i] = f(in[i]) for i in 0..<n. `out` and `in` must not overlap; n ≤ 0 writes nothing. Within
// 4 ULP for every float; infinities and NaN as in IEEE 754-2019, section 9.2.

void lethe_elementary_exp(float *restrict out, const float *restrict in, int64_t n);
/// Natural logarithm: −∞ at ±0, NaN below.
void lethe_elementary_log(float *restrict out, const float *restrict in, int64_t n);
void lethe_elementary_tanh(float *restrict out, const float *restrict in, int64_t n);
/// 1/(1 + e^−x).
void lethe_elementary_sigmoid(float *restrict out, const float *restrict in, int64_t n);
/// log(1 + e^x).
void lethe_elementary_softplus(float *restrict out, const float *restrict in, int64_t n);
void lethe_elementary_sqrt(float *restrict out, const float *restrict in, int64_t n);
void lethe_elementary_sin(float *restrict out, const float *restrict in, int64_t n);
void lethe_elementary_cos(float *restrict out, const float *restrict in, int64_t n);

#endif
