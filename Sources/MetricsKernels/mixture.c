#include <math.h>

#include "decay.h"
#include "lethe_clones.h"
#include "lethe_pairs.h"
#include "parts.h"

/// Cut-off of a mixture: stretches whose terms are all below e^−NEGLIGIBLE times the largest term are left
/// out.
enum { NEGLIGIBLE = 40 };
/// Number of terms in a stretch, which is kept or left out as a whole.
enum { STRETCH = 256 };

#define NUMBER double
#define DECAY decay
#define SUFFIX
#include "mixture_row.h"
#undef NUMBER
#undef DECAY
#undef SUFFIX

#define NUMBER float
#define DECAY decay_single
#define SUFFIX _single
#include "mixture_row.h"

LETHE_CLONES(double, lethe_log_sum_exp, (double *x, int64_t n), (x, n)) {
  const double maximum = maximum_of(x, n);
  for (int64_t i = 0; i < n; i++) x[i] = decay(x[i] - maximum);
  return maximum + log(sum_of(x, n));
}

LETHE_CLONES(void, lethe_mixture_terms,
    (double *squares, const double *precisions, const double *offsets, int64_t n),
    (squares, precisions, offsets, n)) {
  for (int64_t i = 0; i < n; i++) squares[i] = offsets[i] - squares[i] * precisions[i];
}
