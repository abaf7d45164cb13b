#include "lethe_product.h"

#include "check.h"

/// Checks a product of matrices that lie row by row or column by column, and that nothing else was written.
static void check_product(lethe_product p, int a_is_transposed, int b_is_transposed, int64_t gap) {
  const int64_t c_row = p.columns + gap, packed_count = lethe_product_packed_count(&p);
  float *a = new_floats(p.rows * p.depth, 1, 1), *b = new_floats(p.depth * p.columns, 2, 1);
  float *c = new_floats(p.rows * c_row + 1, 3, 1), *packed = new_floats(packed_count + 1, 4, 1);
  float *before = new_floats(p.rows * c_row + 1, 3, 1);
  packed[packed_count] = 7;
  const lethe_matrix as = {a, a_is_transposed ? 1 : p.depth, a_is_transposed ? p.rows : 1};
  const lethe_matrix bs = {b, b_is_transposed ? 1 : p.columns, b_is_transposed ? p.depth : 1};
  lethe_product_pack(&p, bs, packed);
  lethe_product_run(&p, as, packed, (lethe_matrix){c, c_row, 1});
  for (int64_t i = 0; i < p.rows; i++)
    for (int64_t n = 0; n < c_row; n++) {
      double sum = 0;
      for (int64_t k = 0; n < p.columns && k < p.depth; k++)
        sum += (double)a[i * as.row + k * as.column] * (double)b[k * bs.row + n * bs.column];
      if (n < p.columns) CHECK_NEAR((double)c[i * c_row + n], sum, 2e-6 * sqrt((double)p.depth), 1e-6);
      else CHECK(c[i * c_row + n] == before[i * c_row + n], "a gap between rows was written");
    }
  CHECK(c[p.rows * c_row] == before[p.rows * c_row], "c was written behind its end");
  CHECK(packed[packed_count] == 7, "the packed matrix was written behind its end");
  free(a), free(b), free(c), free(packed), free(before);
}

void check_products(void) {
  const int64_t rows[] = {1, 5, 12, 67}, depths[] = {1, 64, 65, 600}, columns[] = {1, 16, 31, 40, 129};
  for (int32_t i = 0; i < 4; i++)
    for (int32_t k = 0; k < 4; k++)
      for (int32_t n = 0; n < 5; n++) {
        const lethe_product p = {rows[i], depths[k], columns[n], 1 + (i + k + n) % 3};
        for (int32_t form = 0; form < 4; form++) check_product(p, form % 2, form / 2, form);
      }
}
