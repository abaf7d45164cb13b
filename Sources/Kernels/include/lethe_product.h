#ifndef LETHE_PRODUCT_H
#define LETHE_PRODUCT_H

#include <stdint.h>

/// A matrix with the strides of its rows and columns, in floats.
typedef struct {
  float *start;
  int64_t row, column;
} lethe_matrix;

/// A product c [rows, columns] = a [rows, depth] × b [depth, columns] on `threads` threads. Rows of c have no gaps
/// between their columns.
typedef struct {
  int64_t rows, depth, columns;
  int32_t threads;
} lethe_product;

/// Floats of a packed b.
int64_t lethe_product_packed_count(const lethe_product *p);

/// Packs b.
void lethe_product_pack(const lethe_product *p, lethe_matrix b, float *packed);

/// Computes c from a and a packed b.
void lethe_product_run(const lethe_product *p, lethe_matrix a, const float *packed, lethe_matrix c);

#endif
