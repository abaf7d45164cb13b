// exp(x) for x ≤ 0, free of branches and calls, so that a plain loop over it is vectorised.
#ifndef LETHE_DECAY_H
#define LETHE_DECAY_H

#include <string.h>

#include "lethe_clones.h"

/// exp(x) for x ≤ 0 as 2^k·e^r, with r = x − k·ln 2 in ±½ ln 2 and e^r by its Taylor series to r^13, whose
/// remainder is below 2^−57. From −708 down the result is 0.
LETHE_INLINE double decay(double x) {
  const double rounder = 0x1.8p52;  // adding it leaves the nearest integer in the low bits
  const double clamped = x > -708 ? x : -708;
  const double shifted = clamped * 0x1.71547652b82fep0 + rounder;
  const double k = shifted - rounder;
  const double r = (clamped - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
  // Estrin's scheme: pairs of terms that can be computed at the same time.
  const double r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  const double low = (1 + r) + r2 * (0.5 + r * (1.0 / 6));
  const double middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
  const double high =
      (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
  const double highest = 1.0 / 479001600 + r * (1.0 / 6227020800);
  const double sum = (low + r4 * middle) + r8 * (high + r4 * highest);
  int64_t exponent, bits;
  memcpy(&exponent, &shifted, sizeof exponent);
  memcpy(&bits, &sum, sizeof bits);
  bits += (int64_t)((uint64_t)exponent << 52);
  double result;
  memcpy(&result, &bits, sizeof result);
  return x > -708 ? result : 0;
}

#endif
