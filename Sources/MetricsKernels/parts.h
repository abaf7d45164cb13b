#ifndef LETHE_PARTS_H
#define LETHE_PARTS_H

#include "lethe_clones.h"

/// Sums and maxima are made of this many interleaved parts that do not wait for each other, so that they can be kept in
/// vectors.
enum { PARTS = 16 };

/// Runs the statements for every i below n, `part` being the part that i belongs to.
///
/// The second loop is the first one for what is left: the inner loop of the first has a fixed length, by which the compiler
/// knows that it is a vector.
#define EACH(i, part, n, ...)                                                  \
  do {                                                                         \
    int64_t begin_ = 0;                                                        \
    for (; begin_ + PARTS <= (n); begin_ += PARTS) {                           \
      for (int part = 0; part < PARTS; part++) {                               \
        const int64_t i = begin_ + part;                                       \
        __VA_ARGS__                                                            \
      }                                                                        \
    }                                                                          \
    for (int part = 0; begin_ + part < (n); part++) {                          \
      const int64_t i = begin_ + part;                                         \
      __VA_ARGS__                                                              \
    }                                                                          \
  } while (0)

/// The sum of all parts.
LETHE_INLINE double total(const double parts[PARTS]) {
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

#endif
