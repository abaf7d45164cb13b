// Fused element-wise kernels: a short byte code run over blocks that stay in the first-level cache.
//
// A kernel walks an iteration space of up to LETHE_MAX_RANK axes, outermost first, in blocks. A block
// is `chunk` steps of axis `block_axis` times everything inside it, at most LETHE_BLOCK elements in
// row-major order. For each block it binds or fills the loads, makes random numbers, runs the
// operations, writes the stores, and accumulates the reductions.
#ifndef LETHE_KERNELS_H
#define LETHE_KERNELS_H

#include <stdint.h>

#define LETHE_MAX_RANK 8
#define LETHE_BLOCK 256
#define LETHE_MAX_REGISTERS 256

// Element-wise operations. Comparisons give 1 or 0; `select` is a ≠ 0 ? b : c.
typedef enum {
  LETHE_COPY, LETHE_NEGATE, LETHE_EXP, LETHE_LOG, LETHE_SQRT, LETHE_TANH, LETHE_SIGMOID,
  LETHE_SOFTPLUS, LETHE_SIN, LETHE_COS, LETHE_ABS, LETHE_FLOOR,
  LETHE_ADD, LETHE_SUBTRACT, LETHE_MULTIPLY, LETHE_DIVIDE, LETHE_MAXIMUM, LETHE_MINIMUM,
  LETHE_LESS, LETHE_LESS_OR_EQUAL, LETHE_EQUAL, LETHE_SELECT, LETHE_SELECT_LESS,
  LETHE_MULTIPLY_ADD
} lethe_opcode;

// registers[destination] = opcode(a, b, c, d), element by element.
//
// An operand whose bit is set in `scalars` (bit 0 is a, bit 1 is b, …) is the number in `scalar`
// instead of a register. select_less is a < b ? c : d; multiply_add is a·b + c.
typedef struct {
  uint8_t opcode;
  uint8_t scalars;
  uint8_t destination;
  uint8_t operands[4];
  float scalar[4];
} lethe_operation;

// The places of a register's elements in memory: base + Σ index·stride, strides in elements.
//
// With `is_direct`, the elements of a block are neighbours in memory, and the register is a pointer to them.
typedef struct {
  float *base;
  int64_t strides[LETHE_MAX_RANK];
  uint8_t reg;
  uint8_t is_direct;
} lethe_access;

// A register filled with uniform numbers of a stream, by the element's index in the whole space.
typedef struct {
  uint32_t stream;
  uint8_t lanes;  // 16 for lethe_philox_uniform16, else lethe_philox_uniform
  uint8_t reg;
} lethe_random;

// A sum or maximum of a register over the axes on which `target` has stride 0.
typedef struct {
  lethe_access target;
  int64_t target_count;  // elements of the target
  float *partials;       // (threads − 1) × target_count when threads share targets, else null
  uint8_t is_maximum;
} lethe_reduction;

typedef struct {
  int32_t rank, block_axis, threads;
  // 1 where threads divide the outermost axis, so that no two of them write to one target.
  int32_t splits_outermost;
  int64_t sizes[LETHE_MAX_RANK];
  int64_t chunk;
  int64_t first_element;  // the first element's index in the random streams
  int32_t load_count, random_count, operation_count, store_count, reduction_count, tile_count;
  const lethe_access *loads;
  const lethe_random *randoms;
  const lethe_operation *operations;
  const lethe_access *stores;
  const lethe_reduction *reductions;
  // The tile of each register in the scratch memory. The last reduction_count tiles belong to reductions.
  const uint8_t *tiles;
  int32_t register_count;
  float *scratch;  // threads × tile_count × LETHE_BLOCK
} lethe_kernel;

// Runs a kernel on `threads` threads.
void lethe_kernel_run(const lethe_kernel *kernel, uint64_t seed, uint64_t step);

// Elements of each channel of each example that go where `places` says, a list of `place_count` for each example.
//
// Without `adds`, element i of a channel's target is the element of its source at places[i], or 0 where that is not in
// 0..<source_count. With `adds`, element i of the source is added to the element of the target at places[i], unless that
// is not in 0..<target_count; elements to which nothing is added are 0.
typedef struct {
  const float *source, *places;
  float *target;
  int64_t examples, channels, source_count, target_count, place_count;
  int32_t adds, threads;
} lethe_moves;

// Moves elements on `threads` threads, each with examples of its own. The result does not depend on their number.
void lethe_moves_run(const lethe_moves *moves);

// The magnitude of each row that is the smallest but `count` − 1, for `rows` rows of `columns` floats one after another.
// `keys` is room for threads · columns floats.
typedef struct {
  const float *source;
  float *target, *keys;
  int64_t rows, columns, count, target_stride;
  int32_t threads;
} lethe_selection;

// Selects on `threads` threads, each with rows of its own.
void lethe_selection_run(const lethe_selection *selection);

// Runs body(context, i) for each i below `workers`, in parallel where there are enough threads.
void lethe_run_workers(void (*body)(void *context, int32_t worker), void *context, int32_t workers);

// Sets the number of threads that oneDNN uses when called from this thread. A kernel has its own `threads`.
void lethe_set_threads(int32_t threads);

#endif
