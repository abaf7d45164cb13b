#include "lethe_elementary.h"

#include "check.h"

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

static const struct {
  const char *name;
  void (*kernel)(float *restrict, const float *restrict, int64_t);
  double (*reference)(double);
} functions[] = {
    {"exp", lethe_elementary_exp, exp},
    {"log", lethe_elementary_log, log},
    {"tanh", lethe_elementary_tanh, tanh},
    {"sigmoid", lethe_elementary_sigmoid, sigmoid},
    {"softplus", lethe_elementary_softplus, softplus},
    {"sqrt", lethe_elementary_sqrt, sqrt},
    {"sin", lethe_elementary_sin, sin},
    {"cos", lethe_elementary_cos, cos},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/// The distance of `found` from `expected`, in units in the last place of a float at the expected value.
static double ulps(float found, double expected) {
  const float rounded = (float)expected;
  if (isnan(rounded) || isnan(found)) return isnan(rounded) && isnan(found) ? 0 : INFINITY;
  if (isinf(rounded) || isinf(found)) return rounded == found ? 0 : INFINITY;
  if (rounded == 0 && found == 0) return signbit(rounded) == signbit(found) ? 0 : INFINITY;
  const float magnitude = fabsf(rounded);
  const double ulp = (double)nextafterf(magnitude, INFINITY) - (double)magnitude;
  return fabs((double)found - expected) / ulp;
}

static void check_function(int index) {
  enum { BLOCK = 1021 };
  float in[BLOCK], out[BLOCK];
  double worst = 0;
  float at = 0;
  // Every 9973rd bit pattern covers all exponents, denormals and NaN.
  for (uint64_t pattern = 0; pattern < (uint64_t)1 << 32;) {
    for (int i = 0; i < BLOCK; i++, pattern += 9973) {
      const uint32_t bits = (uint32_t)pattern;
      memcpy(in + i, &bits, sizeof bits);
    }
    functions[index].kernel(out, in, BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      const double error = ulps(out[i], functions[index].reference((double)in[i]));
      if (error > worst) worst = error, at = in[i];
    }
  }
  CHECK(worst <= 4, "%s(%.9g): %.2f ULP", functions[index].name, (double)at, worst);
}

/// Checks that a value does not depend on whether a loop's vector body or its tail computes it.
static void check_positions(int index) {
  float in[203], out[203], alone;
  for (int i = 0; i < 203; i++) in[i] = (float)i * 0.37f - 30;
  functions[index].kernel(out, in, 203);
  for (int i = 0; i < 203; i++) {
    functions[index].kernel(&alone, in + i, 1);
    CHECK(memcmp(&alone, out + i, sizeof alone) == 0 || (isnan(alone) && isnan(out[i])),
          "%s(%.9g) alone", functions[index].name, (double)in[i]);
  }
}

void check_elementary(void) {
  for (int index = 0; index < FUNCTIONS; index++) {
    check_function(index);
    check_positions(index);
  }
}
