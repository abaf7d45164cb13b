#include "elementwise.h"

#include <math.h>

#include "lethe_clones.h"
#include "lethe_elementary_inline.h"

// Two registers may be the same memory, but never overlap in part, so elements are independent.
#define LETHE_INDEPENDENT _Pragma("clang loop vectorize(assume_safety) interleave(enable)")
#define LOOP(expression) \
  LETHE_INDEPENDENT      \
  for (int64_t i = 0; i < n; ++i) out[i] = (expression);

#define UNARY(code, expression)  \
  case code: {                   \
    LETHE_INDEPENDENT            \
    for (int64_t i = 0; i < n; ++i) { \
      const float x = a[i];      \
      out[i] = (expression);     \
    }                            \
    break;                       \
  }

#define BINARY(code, expression)                                                             \
  case code:                                                                                 \
    if (op->scalars == 2) {                                                                  \
      const float y = op->scalar[1];                                                         \
      LETHE_INDEPENDENT for (int64_t i = 0; i < n; ++i) { const float x = a[i]; out[i] = (expression); } \
    } else if (op->scalars == 1) {                                                           \
      const float x = op->scalar[0];                                                         \
      LETHE_INDEPENDENT for (int64_t i = 0; i < n; ++i) { const float y = b[i]; out[i] = (expression); } \
    } else {                                                                                 \
      LETHE_INDEPENDENT for (int64_t i = 0; i < n; ++i) { const float x = a[i], y = b[i]; out[i] = (expression); } \
    }                                                                                        \
    break;

#define CHOOSE(condition)                                                        \
  if (second && third) {                                                         \
    LOOP((condition) ? s2 : s3)                                                  \
  } else if (second) {                                                           \
    LOOP((condition) ? s2 : d[i])                                                \
  } else if (third) {                                                            \
    LOOP((condition) ? c[i] : s3)                                                \
  } else {                                                                       \
    LOOP((condition) ? c[i] : d[i])                                              \
  }

static inline __attribute__((always_inline)) void select_less(
    const lethe_operation *op, float *out, const float *a, const float *b, const float *c,
    const float *d, int64_t n) {
  const float s0 = op->scalar[0], s1 = op->scalar[1], s2 = op->scalar[2], s3 = op->scalar[3];
  const int second = op->scalars & 4, third = op->scalars & 8;
  if (op->scalars & 1) {
    CHOOSE(s0 < b[i])
  } else if (op->scalars & 2) {
    CHOOSE(a[i] < s1)
  } else {
    CHOOSE(a[i] < b[i])
  }
}

static inline __attribute__((always_inline)) void select(
    const lethe_operation *op, float *out, const float *a, const float *c, const float *d, int64_t n) {
  const float s2 = op->scalar[1], s3 = op->scalar[2];
  const int second = op->scalars & 2, third = op->scalars & 4;
  CHOOSE(a[i] != 0)
}

static inline __attribute__((always_inline)) void multiply_add(
    const lethe_operation *op, float *out, const float *a, const float *b, const float *c, int64_t n) {
  const float s1 = op->scalar[1], s2 = op->scalar[2];
  switch (op->scalars) {
    case 0: LOOP(a[i] * b[i] + c[i]) break;
    case 2: LOOP(a[i] * s1 + c[i]) break;
    case 4: LOOP(a[i] * b[i] + s2) break;
    default: LOOP(a[i] * s1 + s2) break;
  }
}

LETHE_CLONES(void, lethe_run_operations,
    (const lethe_operation *operations, int32_t operation_count, float *const *registers, int64_t
     n), (operations, operation_count, registers, n)) {
  for (const lethe_operation *op = operations; op < operations + operation_count; ++op) {
    float *out = registers[op->destination];
    const float *a = registers[op->operands[0]], *b = registers[op->operands[1]];
    const float *c = registers[op->operands[2]], *d = registers[op->operands[3]];
    switch ((lethe_opcode)op->opcode) {
      case LETHE_COPY:
        if (op->scalars) {
          const float value = op->scalar[0];
          LOOP(value)
        } else {
          LOOP(a[i])
        }
        break;
        UNARY(LETHE_NEGATE, -x)
        UNARY(LETHE_EXP, lethe_expf(x))
        UNARY(LETHE_LOG, lethe_logf(x))
        UNARY(LETHE_SQRT, lethe_sqrtf(x))
        UNARY(LETHE_TANH, lethe_tanhf(x))
        UNARY(LETHE_SIGMOID, lethe_sigmoidf(x))
        UNARY(LETHE_SOFTPLUS, lethe_softplusf(x))
        UNARY(LETHE_SIN, lethe_sinf(x))
        UNARY(LETHE_COS, lethe_cosf(x))
        UNARY(LETHE_ABS, fabsf(x))
        UNARY(LETHE_FLOOR, floorf(x))
        BINARY(LETHE_ADD, x + y)
        BINARY(LETHE_SUBTRACT, x - y)
        BINARY(LETHE_MULTIPLY, x *y)
        BINARY(LETHE_DIVIDE, x / y)
        BINARY(LETHE_MAXIMUM, (x > y || x != x) ? x : y)
        BINARY(LETHE_MINIMUM, (x < y || x != x) ? x : y)
        BINARY(LETHE_LESS, x < y ? 1.0f : 0.0f)
        BINARY(LETHE_LESS_OR_EQUAL, x <= y ? 1.0f : 0.0f)
        BINARY(LETHE_EQUAL, x == y ? 1.0f : 0.0f)
      case LETHE_SELECT: select(op, out, a, b, c, n); break;
      case LETHE_SELECT_LESS: select_less(op, out, a, b, c, d, n); break;
      case LETHE_MULTIPLY_ADD: multiply_add(op, out, a, b, c, n); break;
    }
  }
}

// Copies one innermost run of `n` elements at distance `stride` into a tile.
static inline void copy_in(float *tile, const float *from, int64_t n, int64_t stride) {
  if (stride == 0) {
    const float value = *from;
    for (int64_t i = 0; i < n; ++i) tile[i] = value;
  } else {
    for (int64_t i = 0; i < n; ++i) tile[i] = from[i * stride];
  }
}

static inline void copy_out(const float *tile, float *to, int64_t n, int64_t stride) {
  for (int64_t i = 0; i < n; ++i) to[i * stride] = tile[i];
}

// Executes `run` for each innermost run of a block, in row-major order, with its `position` in the tile and
// its `offset` in memory.
#define FOR_EACH_RUN(run)                                                                   \
  const int32_t last = kernel->rank - 1, first = kernel->block_axis;                        \
  int64_t index[LETHE_MAX_RANK] = {0}, offset = 0, position = 0;                            \
  const int64_t length = last == first ? rows : kernel->sizes[last];                        \
  const int64_t stride = access->strides[last];                                             \
  for (;;) {                                                                                \
    run;                                                                                    \
    position += length;                                                                     \
    int32_t axis = last - 1;                                                                \
    for (; axis >= first; --axis) {                                                         \
      offset += access->strides[axis];                                                      \
      if (++index[axis] < (axis == first ? rows : kernel->sizes[axis])) break;              \
      offset -= index[axis] * access->strides[axis];                                        \
      index[axis] = 0;                                                                      \
    }                                                                                       \
    if (axis < first) return;                                                               \
  }

LETHE_CLONES(void, lethe_gather,
    (const lethe_kernel *kernel, const lethe_access *access, const float *from, int64_t rows, float
     *tile), (kernel, access, from, rows, tile)) {
  FOR_EACH_RUN(copy_in(tile + position, from + offset, length, stride))
}

LETHE_CLONES(void, lethe_scatter,
    (const lethe_kernel *kernel, const lethe_access *access, const float *tile, int64_t rows, float
     *to), (kernel, access, tile, rows, to)) {
  FOR_EACH_RUN(copy_out(tile + position, to + offset, length, stride))
}
