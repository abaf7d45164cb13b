// Products of matrices by blocks of the result that a level keeps in its registers.
#ifndef LETHE_BLOCKS_H
#define LETHE_BLOCKS_H

#include <stdint.h>

#include "lethe_clones.h"

/// Floats of a vector. Levels with shorter registers take several for one.
enum { LANES = 16 };

typedef float vec __attribute__((vector_size(LANES * 4)));
typedef float unaligned_vec __attribute__((vector_size(LANES * 4), aligned(4)));

#define UNROLL _Pragma("clang loop unroll(full)")

static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t rounded_up(int64_t a, int64_t to) { return (a + to - 1) / to * to; }

/// Rows and vectors of a block; rows are a multiple of 3.
typedef struct {
  int rows, vectors;
} block;

enum { MOST_ROWS = 12, MOST_VECTORS = 2 };

#define AVX512_BLOCK ((block){MOST_ROWS, MOST_VECTORS})
#define AVX2_BLOCK ((block){6, 1})
#define BASELINE_BLOCK ((block){3, 1})

#if defined(__x86_64__)
static inline block block_of_level(void) {
  switch (lethe_level) {
    case LETHE_AVX512: return AVX512_BLOCK;
    case LETHE_AVX2: return AVX2_BLOCK;
    default: return BASELINE_BLOCK;
  }
}

/// Defines NAME_worker, which runs NAME(job, block, worker) compiled for the level, with its block.
#define WORKER(name, job)                                                                                     \
  __attribute__((noinline, target(LETHE_X86_64_V4))) static void name##_avx512(const job *j, int32_t worker) { \
    name(j, AVX512_BLOCK, worker);                                                                            \
  }                                                                                                           \
  __attribute__((noinline, target(LETHE_X86_64_V3))) static void name##_avx2(const job *j, int32_t worker) {   \
    name(j, AVX2_BLOCK, worker);                                                                              \
  }                                                                                                           \
  static void name##_worker(void *j, int32_t worker) {                                                        \
    switch (lethe_level) {                                                                                    \
      case LETHE_AVX512: name##_avx512(j, worker); break;                                                     \
      case LETHE_AVX2: name##_avx2(j, worker); break;                                                         \
      default: name(j, BASELINE_BLOCK, worker);                                                               \
    }                                                                                                         \
  }
#else
static inline block block_of_level(void) { return AVX2_BLOCK; }

#define WORKER(name, job) \
  static void name##_worker(void *j, int32_t worker) { name(j, AVX2_BLOCK, worker); }
#endif

/// A matrix whose rows are `row` and whose columns are `column` floats apart.
typedef struct {
  const float *start;
  int64_t row, column;
} operand;

/// Terms that are summed in registers. Longer sums are made of such, which keeps their rounding errors small.
enum { SUMMED = 32 };
/// Terms after which the next columns are taken, so that what is read again and again stays in the cache.
enum { CACHED = 512 };

/// result [rows, vectors] = or += a × b over `depth` terms, of b [depth, vectors] without gaps.
LETHE_INLINE void multiply_block(
    int rows, int vectors, operand a, const float *b, int64_t depth, float *result, int64_t result_row, int adds) {
  for (int64_t first = 0; first < depth; first += SUMMED) {
    const int64_t end = smaller(first + SUMMED, depth);
    vec sums[MOST_ROWS][MOST_VECTORS];
    UNROLL for (int i = 0; i < rows; ++i) UNROLL for (int j = 0; j < vectors; ++j) sums[i][j] = (vec){0};
    for (int64_t k = first; k < end; ++k) {
      const float *column = a.start + k * a.column;
      vec terms[MOST_VECTORS];
      UNROLL for (int j = 0; j < vectors; ++j)
        terms[j] = *(const unaligned_vec *)(b + (k * vectors + j) * LANES);
      UNROLL for (int i = 0; i < rows; ++i) {
        const vec factor = column[i * a.row] - (vec){0};
        UNROLL for (int j = 0; j < vectors; ++j) sums[i][j] = sums[i][j] + factor * terms[j];
      }
    }
    UNROLL for (int i = 0; i < rows; ++i) UNROLL for (int j = 0; j < vectors; ++j) {
      unaligned_vec *place = (unaligned_vec *)(result + i * result_row + j * LANES);
      *place = adds || first > 0 ? *place + sums[i][j] : sums[i][j];
    }
  }
}

/// Columns `from` to `to` of result [rows, to] = or += a × b over `depth` terms. b lies in panels of `best.vectors`
/// vectors, each [depth, vectors]; the last may have one vector. Of `result`, rows up to the next multiple of a third of
/// `best.rows` are written, and as many of `a` are read.
LETHE_INLINE void multiply(
    block best, operand a, const float *b, int64_t depth, float *result, int64_t result_row, int64_t rows, int64_t from,
    int64_t to, int adds) {
  const int third = best.rows / 3, width = best.vectors * LANES;
  for (int64_t k = 0; k < depth; k += CACHED) {
    const int64_t terms = smaller(CACHED, depth - k);
    for (int64_t n = from; n < to; n += width) {
      const int is_narrow = to - n < width;
      const float *panel = b + n * depth + k * (is_narrow ? LANES : width);
      for (int64_t i = 0; i < rows; i += best.rows) {
        const operand left = {a.start + i * a.row + k * a.column, a.row, a.column};
        float *target = result + i * result_row + n;
        const int64_t missing = rows - i;
#define BLOCK(thirds, vectors) \
  multiply_block(thirds * third, vectors, left, panel, terms, target, result_row, adds || k > 0)
#define BLOCKS(thirds)          \
  if (is_narrow) {              \
    BLOCK(thirds, 1);           \
  } else {                      \
    BLOCK(thirds, best.vectors); \
  }
        if (missing > 2 * third) {
          BLOCKS(3)
        } else if (missing > third) {
          BLOCKS(2)
        } else {
          BLOCKS(1)
        }
#undef BLOCKS
#undef BLOCK
      }
    }
  }
}

#endif
