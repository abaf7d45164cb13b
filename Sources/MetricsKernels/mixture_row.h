// The loop of lethe_mixture_row, which lethe_pairs.h describes. mixture.c includes this file once for each
// precision.
//
// mixture.c defines NUMBER as the number type, DECAY as exp(x) for x ≤ 0 of that type, and SUFFIX as the
// end of function names.
#define WITH_(name, suffix) name##suffix
#define WITH(name, suffix) WITH_(name, suffix)
#define NAMED(name) WITH(name, SUFFIX)
// LETHE_CLONES pastes suffixes onto the name it is given; this macro expands NAMED before that.
#define CLONES(...) LETHE_CLONES(__VA_ARGS__)

LETHE_INLINE NUMBER NAMED(maximum_of)(const NUMBER *x, int64_t n) {
  NUMBER parts[PARTS];
  for (int j = 0; j < PARTS; j++) parts[j] = -INFINITY;
  EACH(i, j, n, parts[j] = x[i] > parts[j] ? x[i] : parts[j];);
  NUMBER high = parts[0];
  for (int j = 1; j < PARTS; j++) high = parts[j] > high ? parts[j] : high;
  return high;
}

LETHE_INLINE double NAMED(sum_of)(const NUMBER *x, int64_t n) {
  NUMBER parts[PARTS] = {0};
  EACH(i, j, n, parts[j] += x[i];);
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

CLONES(double, NAMED(lethe_mixture_row),
    (const NUMBER *squares, const NUMBER *precisions, const NUMBER *offsets, NUMBER *weights,
     NUMBER *shares, NUMBER *moments, int64_t n),
    (squares, precisions, offsets, weights, shares, moments, n)) {
  // The largest exponent of each stretch, so that stretches of negligible terms are passed over.
  NUMBER *highest = weights + n;
  NUMBER maximum = -INFINITY;
  for (int64_t start = 0; start < n; start += STRETCH) {
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    NUMBER *l = weights + start;
    for (int64_t i = 0; i < count; i++) {
      l[i] = offsets[start + i] - squares[start + i] * precisions[start + i];
    }
    const NUMBER high = NAMED(maximum_of)(l, count);
    highest[start / STRETCH] = high;
    maximum = high > maximum ? high : maximum;
  }

  double sum = 0;
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t count = n - start < STRETCH ? n - start : STRETCH;
    NUMBER *weight = weights + start;
    for (int64_t i = 0; i < count; i++) weight[i] = DECAY(weight[i] - maximum);
    sum += NAMED(sum_of)(weight, count);
  }

  const NUMBER share = (NUMBER)(1 / sum);
  for (int64_t start = 0; start < n; start += STRETCH) {
    if (highest[start / STRETCH] < maximum - NEGLIGIBLE) continue;
    const int64_t end = n - start < STRETCH ? n : start + STRETCH;
    for (int64_t i = start; i < end; i++) {
      const NUMBER responsibility = weights[i] * share;
      shares[i] += responsibility;
      moments[i] += responsibility * squares[i];
    }
  }
  return maximum + log(sum);
}

#undef WITH_
#undef WITH
#undef NAMED
#undef CLONES
