#include "lethe_elementary.h"

#include "lethe_elementary_inline.h"

#define LETHE_ARRAY_FORM(name)                                                                   \
  LETHE_CLONES(                                                                                  \
      void, lethe_elementary_##name, (float *restrict out, const float *restrict in, int64_t n), \
      (out, in, n)) {                                                                            \
    for (int64_t i = 0; i < n; i++) out[i] = lethe_##name##f(in[i]);                             \
  }

LETHE_ARRAY_FORM(exp)
LETHE_ARRAY_FORM(log)
LETHE_ARRAY_FORM(tanh)
LETHE_ARRAY_FORM(sigmoid)
LETHE_ARRAY_FORM(softplus)
LETHE_ARRAY_FORM(sqrt)
LETHE_ARRAY_FORM(sin)
LETHE_ARRAY_FORM(cos)
