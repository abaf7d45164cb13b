// Sums and maxima at the end of a fused kernel.
//
// A block that is one run, with its targets side by side, is added to the targets directly. Other blocks
// are added to a tile, element by element, as long as they fall on the same targets; when the targets
// change, the tile is folded into the old ones. A long sum thus runs as up to LETHE_BLOCK sums side by side.
#ifndef LETHE_REDUCE_H
#define LETHE_REDUCE_H

#include "lethe_kernels.h"

typedef struct {
  const lethe_reduction *reduction;
  float *base;   // the target, or this thread's partial copy of it
  float *tile;
  int64_t offset;  // of the targets that the tile belongs to; −1 when empty
  int64_t rows, count;
} lethe_accumulator;

// Sets the targets and all partial targets to the identity: 0, or −∞ for a maximum.
void lethe_reduction_start(const lethe_reduction *reduction, int32_t threads);
lethe_accumulator lethe_accumulator_start(const lethe_reduction *reduction, int32_t thread, float *tile);
void lethe_accumulate(
    const lethe_kernel *kernel, lethe_accumulator *accumulator, const float *values, int64_t offset,
    int64_t rows, int64_t count);
void lethe_accumulator_flush(const lethe_kernel *kernel, lethe_accumulator *accumulator);
// Combines the threads' partial targets with the targets, in the order of threads.
void lethe_reduction_finish(const lethe_reduction *reduction, int32_t threads);

#endif
