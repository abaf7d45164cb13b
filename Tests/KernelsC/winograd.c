#include "lethe_winograd.h"

#include "check.h"

/// A convolution and its gradients, as sums in double precision.
typedef struct {
  double *y, *dx, *dw;
} sums;

static sums plain(const lethe_winograd *c, const float *x, const float *w, const float *dy, int64_t nx, int64_t nw, int64_t ny) {
  sums s = {calloc((size_t)ny, 8), calloc((size_t)nx, 8), calloc((size_t)nw, 8)};
  const lethe_winograd_axis h = c->axes[0], v = c->axes[1];
  for (int64_t place = 0; place < c->examples * h.y * v.y; place++) {
    for (int64_t tap = 0; tap < h.kernel * v.kernel; tap++) {
      const int64_t row = place / v.y % h.y * h.stride + tap / v.kernel - h.padding;
      const int64_t column = place % v.y * v.stride + tap % v.kernel - v.padding;
      if (row < 0 || row >= h.x || column < 0 || column >= v.x) continue;
      const int64_t from = ((place / (h.y * v.y) * h.x + row) * v.x + column) * c->inputs;
      for (int64_t o = 0; o < c->outputs; o++)
        for (int64_t i = 0; i < c->inputs; i++) {
          const int64_t k = (o * c->inputs + i) * h.kernel * v.kernel + tap, to = place * c->outputs + o;
          s.y[to] += (double)x[from + i] * (double)w[k];
          s.dx[from + i] += (double)dy[to] * (double)w[k];
          s.dw[k] += (double)dy[to] * (double)x[from + i];
        }
    }
  }
  return s;
}

/// Checks an array, and that nothing was written behind it.
static void check_array(const char *name, const float *found, const double *expected, int64_t count, double scale) {
  double worst = 0;
  for (int64_t i = 0; i < count; i++) {
    const double error = fabs((double)found[i] - expected[i]);
    if (!(error <= worst)) worst = error;
  }
  CHECK(worst < 2e-5 * scale, "%s differs by %g", name, worst);
  CHECK(found[count] == 7, "%s was written behind its end", name);
}

static float *floats_for(int64_t count) {
  float *x = new_floats(count + 1, 0, 0);
  for (int64_t i = 0; i < count; i++) x[i] = NAN;
  x[count] = 7;
  return x;
}

static void check_convolution(lethe_winograd c) {
  const lethe_winograd_axis h = c.axes[0], v = c.axes[1];
  const int64_t taps = h.kernel * v.kernel;
  const int64_t nx = c.examples * h.x * v.x * c.inputs, ny = c.examples * h.y * v.y * c.outputs;
  const int64_t nw = c.outputs * c.inputs * taps;
  float *x = new_floats(nx, 1, 1), *w = new_floats(nw, 2, 1), *dy = new_floats(ny, 3, 1);
  float *y = floats_for(ny), *dx = floats_for(nx), *dw = floats_for(nw);
  float *packed = floats_for(lethe_winograd_packed_count(&c));
  const int64_t strides[4] = {c.inputs * taps, taps, v.kernel, 1};
  const sums s = plain(&c, x, w, dy, nx, nw, ny);
  for (lethe_winograd_result result = LETHE_WINOGRAD_Y; result <= LETHE_WINOGRAD_DW; result++) {
    const int64_t count = lethe_winograd_workspace(&c, result);
    float *workspace = floats_for(count);
    if (result != LETHE_WINOGRAD_DW) lethe_winograd_pack(&c, result, w, strides, packed);
    if (result == LETHE_WINOGRAD_Y) lethe_winograd_y(&c, x, packed, y, workspace);
    if (result == LETHE_WINOGRAD_DX) lethe_winograd_dx(&c, dx, packed, dy, workspace);
    if (result == LETHE_WINOGRAD_DW) lethe_winograd_dw(&c, x, dw, dy, workspace);
    CHECK(workspace[count] == 7, "working memory was written behind its end");
    free(workspace);
  }
  CHECK(packed[lethe_winograd_packed_count(&c)] == 7, "the packed weight was written behind its end");
  check_array("y", y, s.y, ny, sqrt((double)(c.inputs * taps)));
  check_array("dx", dx, s.dx, nx, sqrt((double)(c.outputs * taps)));
  check_array("dw", dw, s.dw, nw, sqrt((double)(ny / c.outputs)));
  free(x), free(w), free(dy), free(y), free(dx), free(dw), free(packed), free(s.y), free(s.dx), free(s.dw);
}

static lethe_winograd_axis axis(int64_t x, int64_t kernel, int64_t stride, int64_t padding, lethe_winograd_form form) {
  return (lethe_winograd_axis){x, (x + 2 * padding - kernel) / stride + 1, kernel, stride, padding, form};
}

/// Every form, and every pair of forms, with kernels that it fits and kernels that it does not, channels that fill vectors
/// and that do not, chunks of one and of many tiles, and more threads than examples.
void check_winograd(void) {
  const lethe_winograd_axis one = axis(1, 1, 1, 0, LETHE_WINOGRAD_1_1);
  const int64_t channels[][2] = {{1, 1}, {16, 32}, {20, 49}, {3, 130}, {65, 16}};
  for (int32_t high = LETHE_WINOGRAD_1_1; high <= LETHE_WINOGRAD_4_3; high++)
    for (int32_t wide = LETHE_WINOGRAD_1_1; wide <= LETHE_WINOGRAD_4_3; wide++) {
      const int32_t k = (high + wide) % 5, threads = 1 + (high + 2 * wide) % 3;
      const int64_t inputs = channels[k][0], outputs = channels[k][1];
      check_convolution((lethe_winograd){{axis(12, 4, 2, 1, high), axis(9, 4, 2, 1, wide)}, 3, inputs, outputs, threads});
      check_convolution((lethe_winograd){{axis(5, 3, 1, 1, high), axis(8, 5, 1, 0, wide)}, 2, inputs, outputs, threads});
      check_convolution((lethe_winograd){{axis(30, 3, 3, 0, high), axis(7, 2, 1, 2, wide)}, 1, inputs, outputs, threads});
      check_convolution((lethe_winograd){{one, axis(53, 25, 4, 11, wide)}, 2, inputs, outputs, threads});
      check_convolution((lethe_winograd){{one, axis(40, 9, 1, 4, wide)}, 1, inputs, outputs, threads});
    }
}
