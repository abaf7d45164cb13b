#include "lethe_kernels.h"

#include "check.h"

static int ascending(const void *a, const void *b) {
  const float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/// Checks the magnitudes of three rows, some of whose elements are equal, against sorted ones.
static void check_rank(int64_t columns, int64_t count, int32_t threads) {
  const int64_t rows = 3;
  float *source = new_floats(rows * columns, 6, 1), *sorted = new_floats(rows * columns, 7, 1);
  float *target = new_floats(2 * rows, 8, 1), *keys = new_floats(threads * columns, 9, 1);
  for (int64_t i = 0; i < columns; i++) source[columns + i] = (float)(i % 3 - 1);
  for (int64_t i = 0; i < rows * columns; i++) sorted[i] = fabsf(source[i]);
  const lethe_selection selection = {
      .source = source, .target = target, .keys = keys, .rows = rows, .columns = columns,
      .count = count, .target_stride = 2, .threads = threads};
  lethe_selection_run(&selection);
  for (int64_t row = 0; row < rows; row++) {
    float *own = sorted + row * columns;
    qsort(own, (size_t)columns, sizeof *own, ascending);
    CHECK(target[2 * row] == own[count - 1], "magnitude %lld of %lld: %g for %g", (long long)count,
          (long long)columns, (double)target[2 * row], (double)own[count - 1]);
  }
  free(source), free(sorted), free(target), free(keys);
}

void check_selection(void) {
  const int64_t sizes[] = {1, 2, 5, 16, 33, 784};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (int64_t count = 1; count <= sizes[s]; count += 1 + sizes[s] / 7) {
      check_rank(sizes[s], count, 1);
      check_rank(sizes[s], count, 2);
    }
    check_rank(sizes[s], sizes[s], 1);
  }
}
