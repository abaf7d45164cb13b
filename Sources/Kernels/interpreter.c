// The interpreter of fused element-wise kernels: see lethe_kernels.h.
#include "lethe_kernels.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "lethe_clones.h"
#include "elementwise.h"
#include "lethe_philox.h"
#include "reduce.h"

// Functions of libgomp, which oneDNN links too, so that both share one pool of threads.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);
extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int threads);

typedef struct {
  const lethe_kernel *kernel;
  uint64_t seed, step;
  int64_t blocks_per_row, outer_count, inner;
} lethe_launch;

typedef struct {
  int64_t offset;
  int64_t count;
} lethe_cached;

static int64_t minimum(int64_t a, int64_t b) { return a < b ? a : b; }

// A row (an index over the axes before block_axis) with the offsets of its first elements in memory.
typedef struct {
  int64_t index[LETHE_MAX_RANK];
  int64_t loads[LETHE_MAX_REGISTERS], stores[LETHE_MAX_REGISTERS], targets[LETHE_MAX_REGISTERS];
} lethe_row;

static int64_t row_offset(const lethe_kernel *k, const lethe_access *access, const int64_t *index) {
  int64_t offset = 0;
  for (int32_t axis = 0; axis < k->block_axis; ++axis) offset += index[axis] * access->strides[axis];
  return offset;
}

static void find_row(const lethe_kernel *k, int64_t number, lethe_row *row) {
  for (int32_t axis = k->block_axis - 1; axis >= 0; --axis) {
    row->index[axis] = number % k->sizes[axis];
    number /= k->sizes[axis];
  }
  for (int32_t l = 0; l < k->load_count; ++l) row->loads[l] = row_offset(k, &k->loads[l], row->index);
  for (int32_t s = 0; s < k->store_count; ++s) row->stores[s] = row_offset(k, &k->stores[s], row->index);
  for (int32_t r = 0; r < k->reduction_count; ++r)
    row->targets[r] = row_offset(k, &k->reductions[r].target, row->index);
}

// Goes to the next row. This is one addition for each access, unless the innermost of these axes ends.
static void next_row(const lethe_kernel *k, lethe_row *row) {
  const int32_t last = k->block_axis - 1;
  if (last < 0) return;
  if (row->index[last] + 1 == k->sizes[last]) {
    int64_t number = 0;
    for (int32_t axis = 0; axis <= last; ++axis) number = number * k->sizes[axis] + row->index[axis];
    find_row(k, number + 1, row);
    return;
  }
  ++row->index[last];
  for (int32_t l = 0; l < k->load_count; ++l) row->loads[l] += k->loads[l].strides[last];
  for (int32_t s = 0; s < k->store_count; ++s) row->stores[s] += k->stores[s].strides[last];
  for (int32_t r = 0; r < k->reduction_count; ++r) row->targets[r] += k->reductions[r].target.strides[last];
}

static void prefetch(const lethe_access *access, int64_t offset, int64_t count, int32_t axis) {
  if (!access->is_direct) return;
  const float *next = access->base + offset + access->strides[axis];
  for (int64_t i = 0; i < count; i += 16) __builtin_prefetch(next + i, 0, 2);
}

// Prefetches the first block of the next row while the last block of this row is computed. Rows lie apart in
// memory, so the processor's own prefetching does not find them.
static void prefetch_next_row(const lethe_kernel *k, const lethe_row *row, int64_t inner) {
  const int32_t last = k->block_axis - 1;
  if (last < 0) return;
  const int64_t count = k->chunk * inner;
  for (int32_t l = 0; l < k->load_count; ++l) prefetch(&k->loads[l], row->loads[l], count, last);
  for (int32_t s = 0; s < k->store_count; ++s) prefetch(&k->stores[s], row->stores[s], count, last);
}

// Makes a block of one load available: as a pointer to it, or as a copy in the load's tile, unless the tile
// holds the block already.
static void bind_load(
    const lethe_kernel *k, const lethe_access *load, int64_t offset, int64_t rows, int64_t inner,
    float **registers, lethe_cached *cached) {
  if (load->is_direct) {
    registers[load->reg] = load->base + offset;
  } else if (cached->offset != offset || cached->count < rows * inner) {
    lethe_gather(k, load, load->base + offset, rows, registers[load->reg]);
    *cached = (lethe_cached){offset, rows * inner};
  }
}

static void make_random(
    const lethe_random *random, float *out, int64_t start, int64_t count, const lethe_launch *launch) {
  if (random->lanes == 16) {
    lethe_philox_uniform16(out, start, count, launch->seed, random->stream, launch->step);
  } else {
    lethe_philox_uniform(out, start, count, launch->seed, random->stream, launch->step);
  }
}

// Runs blocks first..<last on one thread.
static void run_blocks(const lethe_launch *launch, int32_t thread, int64_t first, int64_t last) {
  const lethe_kernel *k = launch->kernel;
  const int64_t inner = launch->inner;
  float *registers[LETHE_MAX_REGISTERS];
  lethe_cached cached[LETHE_MAX_REGISTERS];
  lethe_row place;
  lethe_accumulator accumulators[LETHE_MAX_REGISTERS];
  float *scratch = k->scratch + (int64_t)thread * k->tile_count * LETHE_BLOCK;
  for (int32_t r = 0; r < k->register_count; ++r) registers[r] = scratch + k->tiles[r] * LETHE_BLOCK;
  for (int32_t l = 0; l < k->load_count; ++l) cached[l] = (lethe_cached){-1, 0};
  for (int32_t r = 0; r < k->reduction_count; ++r) {
    float *tile = scratch + (k->tile_count - k->reduction_count + r) * LETHE_BLOCK;
    accumulators[r] = lethe_accumulator_start(&k->reductions[r], thread, tile);
  }
  int64_t row = first / launch->blocks_per_row;
  int64_t start = (first - row * launch->blocks_per_row) * k->chunk;
  find_row(k, row, &place);
  for (int64_t block = first; block < last; ++block) {
    const int64_t rows = minimum(k->chunk, k->sizes[k->block_axis] - start);
    const int64_t count = rows * inner;
    for (int32_t l = 0; l < k->load_count; ++l) {
      const int64_t offset = place.loads[l] + start * k->loads[l].strides[k->block_axis];
      bind_load(k, &k->loads[l], offset, rows, inner, registers, &cached[l]);
    }
    for (int32_t s = 0; s < k->store_count; ++s) {
      const lethe_access *store = &k->stores[s];
      if (store->is_direct)
        registers[store->reg] = store->base + place.stores[s] + start * store->strides[k->block_axis];
    }
    if (start + k->chunk >= k->sizes[k->block_axis]) prefetch_next_row(k, &place, inner);
    const int64_t flat = k->first_element + (row * k->sizes[k->block_axis] + start) * inner;
    for (int32_t r = 0; r < k->random_count; ++r)
      make_random(&k->randoms[r], registers[k->randoms[r].reg], flat, count, launch);
    lethe_run_operations(k->operations, k->operation_count, registers, count);
    for (int32_t s = 0; s < k->store_count; ++s) {
      const lethe_access *store = &k->stores[s];
      const int64_t offset = place.stores[s] + start * store->strides[k->block_axis];
      if (!store->is_direct) lethe_scatter(k, store, registers[store->reg], rows, store->base + offset);
    }
    for (int32_t r = 0; r < k->reduction_count; ++r) {
      const lethe_access *target = &k->reductions[r].target;
      const int64_t offset = place.targets[r] + start * target->strides[k->block_axis];
      lethe_accumulate(k, &accumulators[r], registers[target->reg], offset, rows, count);
    }
    start += k->chunk;
    if (start >= k->sizes[k->block_axis]) {
      start = 0;
      ++row;
      next_row(k, &place);
    }
  }
  for (int32_t r = 0; r < k->reduction_count; ++r) lethe_accumulator_flush(k, &accumulators[r]);
}

// Runs one of as many shares of the blocks as the kernel has threads: whole steps of the outermost axis where threads must
// not share targets.
static void run_share(const lethe_launch *launch, int32_t share) {
  const lethe_kernel *k = launch->kernel;
  const int64_t blocks = launch->outer_count * launch->blocks_per_row;
  const int64_t unit = k->splits_outermost ? (k->block_axis > 0 ? blocks / k->sizes[0] : 1) : 1;
  const int64_t units = blocks / unit;
  const int64_t first = units * share / k->threads, last = units * (share + 1) / k->threads;
  run_blocks(launch, share, first * unit, last * unit);
}

// Runs the shares of one thread. OpenMP may start fewer threads than were asked for, as OMP_THREAD_LIMIT tells it to.
static void run_thread(void *data) {
  const lethe_launch *launch = data;
  for (int32_t share = omp_get_thread_num(); share < launch->kernel->threads; share += omp_get_num_threads()) {
    run_share(launch, share);
  }
}

void lethe_kernel_run(const lethe_kernel *k, uint64_t seed, uint64_t step) {
  lethe_launch launch = {.kernel = k, .seed = seed, .step = step, .outer_count = 1, .inner = 1};
  for (int32_t axis = 0; axis < k->block_axis; ++axis) launch.outer_count *= k->sizes[axis];
  for (int32_t axis = k->block_axis + 1; axis < k->rank; ++axis) launch.inner *= k->sizes[axis];
  launch.blocks_per_row = (k->sizes[k->block_axis] + k->chunk - 1) / k->chunk;
  for (int32_t r = 0; r < k->reduction_count; ++r) lethe_reduction_start(&k->reductions[r], k->threads);
  if (k->threads > 1) {
    GOMP_parallel(run_thread, &launch, (unsigned)k->threads, 0);
  } else {
    run_share(&launch, 0);
  }
  for (int32_t r = 0; r < k->reduction_count; ++r) lethe_reduction_finish(&k->reductions[r], k->threads);
}

typedef struct {
  void (*body)(void *context, int32_t worker);
  void *context;
  int32_t workers;
} lethe_workers;

static void run_worker(void *data) {
  const lethe_workers *w = data;
  for (int32_t i = omp_get_thread_num(); i < w->workers; i += omp_get_num_threads()) w->body(w->context, i);
}

void lethe_run_workers(void (*body)(void *context, int32_t worker), void *context, int32_t workers) {
  lethe_workers data = {.body = body, .context = context, .workers = workers};
  if (workers > 1) {
    GOMP_parallel(run_worker, &data, (unsigned)workers, 0);
  } else {
    body(context, 0);
  }
}

void lethe_set_threads(int32_t threads) { omp_set_num_threads(threads); }
