#include "reduce.h"

#include <math.h>
#include <stddef.h>

#include "lethe_clones.h"

static float identity(const lethe_reduction *r) { return r->is_maximum ? -INFINITY : 0; }

// The maximum of NaN and any number is NaN.
static inline float larger(float a, float b) { return (a > b || a != a) ? a : b; }

static void fill(float *out, float value, int64_t n);
static void combine(float *restrict out, const float *restrict in, int64_t n, int is_maximum);
static float fold_run(const float *in, int64_t n, int is_maximum);

LETHE_CLONES(void, fill, (float *out, float value, int64_t n), (out, value, n)) {
  for (int64_t i = 0; i < n; ++i) out[i] = value;
}

LETHE_CLONES(void, combine,
    (float *restrict out, const float *restrict in, int64_t n, int is_maximum),
    (out, in, n, is_maximum)) {
  if (is_maximum) {
    for (int64_t i = 0; i < n; ++i) out[i] = larger(out[i], in[i]);
  } else {
    for (int64_t i = 0; i < n; ++i) out[i] += in[i];
  }
}

LETHE_CLONES(float, fold_run, (const float *in, int64_t n, int is_maximum), (in, n, is_maximum)) {
  float result = is_maximum ? -INFINITY : 0;
  if (is_maximum) {
    // Maxima side by side, since each comparison of one maximum would wait for the one before.
    enum { LANES = 32 };
    float lanes[LANES];
    int64_t i = 0;
    for (int lane = 0; lane < LANES; ++lane) lanes[lane] = -INFINITY;
    for (; i + LANES <= n; i += LANES)
      for (int lane = 0; lane < LANES; ++lane) lanes[lane] = larger(lanes[lane], in[i + lane]);
    for (; i < n; ++i) result = larger(result, in[i]);
    for (int lane = 0; lane < LANES; ++lane) result = larger(result, lanes[lane]);
  } else {
#pragma clang fp reassociate(on)
    for (int64_t i = 0; i < n; ++i) result += in[i];
  }
  return result;
}

static inline void fold_inner(float *to, const float *tile, int64_t n, int64_t stride, int is_maximum) {
  if (stride == 1) {
    combine(to, tile, n, is_maximum);
  } else if (stride == 0) {
    const float value = fold_run(tile, n, is_maximum);
    *to = is_maximum ? larger(*to, value) : *to + value;
  } else {
    for (int64_t i = 0; i < n; ++i)
      to[i * stride] = is_maximum ? larger(to[i * stride], tile[i]) : to[i * stride] + tile[i];
  }
}

void lethe_accumulator_flush(const lethe_kernel *kernel, lethe_accumulator *accumulator) {
  if (accumulator->offset < 0) return;
  const lethe_reduction *r = accumulator->reduction;
  const int64_t *strides = r->target.strides;
  const int32_t last = kernel->rank - 1, first = kernel->block_axis;
  const int64_t length = last == first ? accumulator->rows : kernel->sizes[last];
  int64_t index[LETHE_MAX_RANK] = {0};
  const float *tile = accumulator->tile;
  float *to = accumulator->base + accumulator->offset;
  accumulator->offset = -1;
  for (;;) {
    fold_inner(to, tile, length, strides[last], r->is_maximum);
    tile += length;
    int32_t axis = last - 1;
    for (; axis >= first; --axis) {
      to += strides[axis];
      if (++index[axis] < (axis == first ? accumulator->rows : kernel->sizes[axis])) break;
      to -= index[axis] * strides[axis];
      index[axis] = 0;
    }
    if (axis < first) return;
  }
}

void lethe_accumulate(
    const lethe_kernel *kernel, lethe_accumulator *accumulator, const float *values, int64_t offset,
    int64_t rows, int64_t count) {
  const int32_t last = kernel->rank - 1;
  if (kernel->block_axis == last && accumulator->reduction->target.strides[last] == 1) {
    combine(accumulator->base + offset, values, count, accumulator->reduction->is_maximum);
    return;
  }
  if (accumulator->offset != offset) {
    lethe_accumulator_flush(kernel, accumulator);
    accumulator->offset = offset;
    accumulator->rows = accumulator->count = 0;
  }
  if (count > accumulator->count) {
    const int64_t more = count - accumulator->count;
    fill(accumulator->tile + accumulator->count, identity(accumulator->reduction), more);
    accumulator->rows = rows;
    accumulator->count = count;
  }
  combine(accumulator->tile, values, count, accumulator->reduction->is_maximum);
}

lethe_accumulator lethe_accumulator_start(const lethe_reduction *r, int32_t thread, float *tile) {
  const int is_partial = thread > 0 && r->partials != NULL;
  float *base = is_partial ? r->partials + (thread - 1) * r->target_count : r->target.base;
  return (lethe_accumulator){.reduction = r, .base = base, .tile = tile, .offset = -1};
}

void lethe_reduction_start(const lethe_reduction *r, int32_t threads) {
  fill(r->target.base, identity(r), r->target_count);
  if (r->partials != NULL) fill(r->partials, identity(r), (threads - 1) * r->target_count);
}

void lethe_reduction_finish(const lethe_reduction *r, int32_t threads) {
  if (r->partials == NULL) return;
  for (int32_t t = 1; t < threads; ++t)
    combine(r->target.base, r->partials + (t - 1) * r->target_count, r->target_count, r->is_maximum);
}
