// Checks that compare the kernels with references that share no code with them.
#ifndef LETHE_CHECK_H
#define LETHE_CHECK_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Number of checks made, and of those that failed.
extern long checks, failures;

/// Counts a check, and prints its place and a message if it fails.
#define CHECK(condition, ...)                             \
  do {                                                    \
    checks++;                                             \
    if (!(condition) && failures++ < 50) {                \
      fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);     \
      fprintf(stderr, __VA_ARGS__);                       \
      fprintf(stderr, "\n");                              \
    }                                                     \
  } while (0)

/// Checks that |found − expected| ≤ absolute + relative·|expected|.
#define CHECK_NEAR(found, expected, absolute, relative)                                        \
  do {                                                                                         \
    const double f_ = (found), e_ = (expected);                                                \
    CHECK(fabs(f_ - e_) <= (absolute) + (relative) * fabs(e_) || f_ == e_,                     \
          "%s is %.17g, expected %.17g", #found, f_, e_);                                      \
  } while (0)

/// The next pseudorandom number in −1…1, from the upper bits of a linear congruential generator.
static inline double next_number(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)(*state >> 11) * 0x1p-52 - 1;
}

/// An array of such numbers, times `scale`; freed by the caller.
static inline float *new_floats(int64_t n, uint64_t seed, double scale) {
  float *x = malloc((size_t)(n > 0 ? n : 1) * sizeof *x);
  for (int64_t i = 0; i < n; i++) x[i] = (float)(next_number(&seed) * scale);
  return x;
}

static inline double *new_doubles(int64_t n, uint64_t seed, double scale) {
  double *x = malloc((size_t)(n > 0 ? n : 1) * sizeof *x);
  for (int64_t i = 0; i < n; i++) x[i] = next_number(&seed) * scale;
  return x;
}

/// - Parameter answers: The file of known answers.
void check_philox(const char *answers);
void check_elementary(void);
void check_pairs(void);
void check_search(void);
void check_interpreter(void);
void check_moving(void);
void check_selection(void);
void check_products(void);
void check_winograd(void);

#endif
