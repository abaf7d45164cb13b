#ifndef LETHE_PARTS_H
#define LETHE_PARTS_H

#include "lethe_clones.h"

/// Number of interleaved partial sums or maxima of a loop. They do not depend on each other, so that the
/// compiler can keep them in vector registers.
enum { PARTS = 16 };

/// Runs the statements for every i below n. `part` is i modulo PARTS, the index of the partial result that
/// i belongs to.
///
/// The inner loop of the first loop has a fixed length, so that the compiler turns it into vector
/// instructions. The second loop handles the remaining i.
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

/// The sum of all partial sums.
LETHE_INLINE double total(const double parts[PARTS]) {
  double sum = 0;
  for (int j = 0; j < PARTS; j++) sum += parts[j];
  return sum;
}

#endif
