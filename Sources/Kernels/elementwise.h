// The operations of the byte code, and copies between strided memory and tiles.
#ifndef LETHE_ELEMENTWISE_H
#define LETHE_ELEMENTWISE_H

#include "lethe_kernels.h"

// Runs the operations on `count` elements of each register.
void lethe_run_operations(
    const lethe_operation *operations, int32_t operation_count, float *const *registers, int64_t count);

// Copies a block (`rows` steps of the block axis) from strided memory into a tile.
void lethe_gather(
    const lethe_kernel *kernel, const lethe_access *access, const float *from, int64_t rows, float *tile);

// Copies a tile to strided memory.
void lethe_scatter(
    const lethe_kernel *kernel, const lethe_access *access, const float *tile, int64_t rows, float *to);

#endif
