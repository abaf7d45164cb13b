// Products of matrices of which the right one is packed. oneDNN 2 leaves up to two fifths of the speed of 256-bit
// vectors unused where rows lie a power of two apart; packed panels have no such strides.
#include "lethe_product.h"

#include <string.h>

#include "blocks.h"
#include "lethe_kernels.h"

typedef struct {
  lethe_product p;
  lethe_matrix a, b, c;
  float *to;           // where b is packed
  const float *packed;
} product_job;

int64_t lethe_product_packed_count(const lethe_product *p) { return p->depth * rounded_up(p->columns, LANES); }

/// Rows that are packed at once, so that what is written stays in the first-level cache.
enum { PACKED_ROWS = 64 };

/// Packs some rows of b, panel by panel. Elements that are neighbours are read one after another.
LETHE_INLINE void pack_rows(const product_job *j, block best, int32_t worker) {
  const int64_t width = best.vectors * LANES, depth = j->p.depth, all = rounded_up(j->p.columns, LANES);
  const int64_t begin = depth * worker / j->p.threads, stop = depth * (worker + 1) / j->p.threads;
  for (int64_t first = 0; first < all; first += width) {
    const int64_t wide = smaller(width, all - first), given = smaller(wide, j->p.columns - first);
    for (int64_t top = begin; top < stop; top += PACKED_ROWS) {
      const int64_t end = smaller(top + PACKED_ROWS, stop);
      const float *from = j->b.start + first * j->b.column;
      float *to = j->to + first * depth;
      if (j->b.column == 1) {
        for (int64_t k = top; k < end; ++k)
          for (int64_t n = 0; n < given; ++n) to[k * wide + n] = from[k * j->b.row + n];
      } else {
        for (int64_t n = 0; n < given; ++n)
          for (int64_t k = top; k < end; ++k) to[k * wide + n] = from[k * j->b.row + n * j->b.column];
      }
      for (int64_t k = top; k < end; ++k)
        for (int64_t n = given; n < wide; ++n) to[k * wide + n] = 0;
    }
  }
}
WORKER(pack_rows, product_job)

/// A product of exactly `rows` rows: those that no third of a block holds are taken singly.
LETHE_INLINE void multiply_exactly(
    block best, operand a, const float *b, int64_t depth, float *c, int64_t c_row, int64_t rows, int64_t from,
    int64_t to) {
  const int64_t third = best.rows / 3, most = rows / third * third;
  const operand rest = {a.start + most * a.row, a.row, a.column};
  multiply(best, a, b, depth, c, c_row, most, from, to, 0);
  if (most < rows)
    multiply((block){3, best.vectors}, rest, b, depth, c + most * c_row, c_row, rows - most, from, to, 0);
}

/// Columns from `first` on, fewer than a panel has, by way of rows that have room for a panel.
LETHE_INLINE void multiply_last(
    const product_job *j, block best, operand a, float *c, int64_t rows, int64_t first) {
  const int64_t columns = j->p.columns - first, wide = rounded_up(columns, LANES);
  float block_of_c[MOST_ROWS * MOST_VECTORS * LANES];
  for (int64_t i = 0; i < rows; i += best.rows) {
    const int64_t count = smaller(best.rows, rows - i);
    const operand left = {a.start + i * a.row, a.row, a.column};
    multiply_exactly(best, left, j->packed + first * j->p.depth, j->p.depth, block_of_c, wide, count, 0, wide);
    for (int64_t r = 0; r < count; ++r)
      memcpy(c + (i + r) * j->c.row + first, block_of_c + r * wide, (size_t)columns * sizeof(float));
  }
}

/// A thread has rows of its own, or panels where there are more of these.
LETHE_INLINE void multiply_share(const product_job *j, block best, int32_t worker) {
  const int64_t width = best.vectors * LANES, panels = (j->p.columns + width - 1) / width;
  const int64_t blocks = (j->p.rows + best.rows - 1) / best.rows, threads = j->p.threads;
  const int by_rows = blocks >= panels;
  const int64_t units = by_rows ? blocks : panels;
  const int64_t begin = units * worker / threads, end = units * (worker + 1) / threads;
  const int64_t first_row = by_rows ? begin * best.rows : 0;
  const int64_t rows = (by_rows ? smaller(end * best.rows, j->p.rows) : j->p.rows) - first_row;
  const int64_t from = by_rows ? 0 : begin * width;
  const int64_t to = by_rows ? j->p.columns : smaller(end * width, j->p.columns);
  const int64_t whole = to / width * width;
  const operand a = {j->a.start + first_row * j->a.row, j->a.row, j->a.column};
  float *c = j->c.start + first_row * j->c.row;
  if (rows <= 0 || to <= from) return;
  multiply_exactly(best, a, j->packed, j->p.depth, c, j->c.row, rows, from, whole);
  if (whole < to) multiply_last(j, best, a, c, rows, whole);
}
WORKER(multiply_share, product_job)

void lethe_product_pack(const lethe_product *p, lethe_matrix b, float *packed) {
  product_job j = {.p = *p, .b = b, .to = packed};
  lethe_run_workers(pack_rows_worker, &j, p->threads);
}

void lethe_product_run(const lethe_product *p, lethe_matrix a, const float *packed, lethe_matrix c) {
  product_job j = {.p = *p, .a = a, .c = c, .packed = packed};
  lethe_run_workers(multiply_share_worker, &j, p->threads);
}
