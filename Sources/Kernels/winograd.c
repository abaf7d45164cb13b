// Convolutions by Winograd's minimal filtering (Lavin & Gray 2016, arXiv:1509.09308), strided ones by the phases of the
// stride (Huang et al. 2020, arXiv:2002.00552).
//
// A kernel is cut into parts, each the taps of one phase of the stride, at most `taps` of them. y is cut into tiles. The
// window of x that a tile needs for a part is transformed, and so is the part of the kernel; their products at each
// point are summed over parts and inputs, which is a product of matrices; and the sums are transformed to the tile:
//
//     V [point][tile, part × input] = bt x b     U [point][part × input, output] = g w gt
//     M [point][tile, output] = V U              y = at M a
//
// The gradients are the transposes of these steps: dM = a dy at, dV = dM Uᵀ, dx += b dV bt; dU = Vᵀ dM, dw = gt dU g.
#include "lethe_winograd.h"

#include <string.h>

#include "blocks.h"
#include "lethe_kernels.h"
#include "winograd_tiles.h"

// MARK: Sizes

lethe_winograd_sizes lethe_winograd_sizes_of(const lethe_winograd *c) {
  const geometry g = geometry_of(c);
  return (lethe_winograd_sizes){g.points, g.tiles, g.depth, g.outputs};
}

int64_t lethe_winograd_packed_count(const lethe_winograd *c) {
  const geometry g = geometry_of(c);
  return g.points * weight_plane(&g);
}

// MARK: Weights

/// The taps of a part, as elements of a kernel [kernel, kernel] and of a window [taps, taps].
typedef struct {
  int64_t count, of_kernel[MAX_WINDOW], of_window[MAX_WINDOW];
} part_taps;

LETHE_INLINE part_taps taps_of(const geometry *g, int64_t part) {
  const int64_t top = first_tap(g->high, g->high_form, part / g->parts_wide);
  const int64_t left = first_tap(g->wide, g->wide_form, part % g->parts_wide);
  part_taps taps = {0};
  for (int64_t a = 0; a < g->high_form->taps && top + a * g->high->stride < g->high->kernel; ++a)
    for (int64_t b = 0; b < g->wide_form->taps && left + b * g->wide->stride < g->wide->kernel; ++b) {
      taps.of_kernel[taps.count] = (top + a * g->high->stride) * g->wide->kernel + left + b * g->wide->stride;
      taps.of_window[taps.count++] = a * g->wide_form->taps + b;
    }
  return taps;
}

/// The matrix U for y [depth, outputs], or its transpose for the gradient of x.
LETHE_INLINE layout layout_of_u(const geometry *g, lethe_winograd_result result, block best) {
  return result == LETHE_WINOGRAD_Y ? layout_of_panels(g->depth, g->outputs, best.vectors * LANES)
                                    : layout_of_panels(g->outputs, g->depth, best.vectors * LANES);
}

// MARK: Running

/// Floats of V and M that a thread computes at once, so that they stay in its second-level cache. For the gradient of w,
/// all threads do, and at least as many as are in the gradient of U, to which the products of each chunk are added.
enum { CHUNK_FLOATS = 1 << 18, DW_CHUNK_FLOATS = 1 << 19 };

/// A call, with the operands that it has; shared by its threads.
typedef struct {
  geometry g;
  lethe_winograd_result kind;
  const float *x, *packed, *dy, *w;
  const int64_t *strides;
  float *result, *workspace;
  int64_t chunk;         // tiles that are computed at once
  layout v, m, u;        // of a chunk; u is the gradient of U
  int64_t first, count;  // the chunk of the gradient of w
} job;

static job job_of(const lethe_winograd *c, lethe_winograd_result kind) {
  job j = {.g = geometry_of(c), .kind = kind};
  const block best = block_of_level();
  const int is_dw = kind == LETHE_WINOGRAD_DW;
  const int64_t tiles = is_dw ? j.g.tiles : j.g.tiles / c->threads + 1;
  const int64_t weights = j.g.points * j.g.depth * j.g.outputs;
  const int64_t floats = is_dw ? (weights > DW_CHUNK_FLOATS ? weights : DW_CHUNK_FLOATS) : CHUNK_FLOATS;
  const int64_t fitting = floats / (j.g.points * (j.g.depth + j.g.outputs));
  const int64_t most = rounded_up(fitting < 2 * best.rows ? 2 * best.rows : fitting, best.rows);
  j.chunk = smaller(most, rounded_up(tiles, best.rows));
  j.v = layout_of_rows(j.chunk, j.g.depth);
  j.m = is_dw ? layout_of_panels(j.chunk, j.g.outputs, best.vectors * LANES)
              : layout_of_rows(j.chunk, j.g.outputs);
  j.u = layout_of_rows(rounded_up(j.g.depth, best.rows), j.g.outputs);
  return j;
}

/// Floats of V and M, with room for what a product reads behind its last row.
static int64_t operand_count(const job *j) { return j->g.points * (j->v.plane + j->m.plane) + LANES; }

int64_t lethe_winograd_workspace(const lethe_winograd *c, lethe_winograd_result kind) {
  const job j = job_of(c, kind);
  return kind == LETHE_WINOGRAD_DW ? operand_count(&j) + j.g.points * j.u.plane : operand_count(&j) * c->threads;
}

/// Products of some rows with a packed weight, for each point.
LETHE_INLINE void multiply_points(
    const job *j, block best, const float *from, const layout *in, float *to, const layout *out, int64_t rows) {
  for (int64_t p = 0; p < j->g.points; ++p)
    multiply(
        best, (operand){from + p * in->plane, in->row, 1}, j->packed + p * weight_plane(&j->g), in->columns,
        to + p * out->plane, out->row, rows, 0, out->columns, 0);
}

LETHE_INLINE void compute_y(const job *j, block best, int32_t worker) {
  const geometry *g = &j->g;
  float *v = j->workspace + worker * operand_count(j), *m = v + g->points * j->v.plane;
  const int64_t end = g->tiles * (worker + 1) / g->c->threads;
  for (int64_t first = g->tiles * worker / g->c->threads; first < end; first += j->chunk) {
    const int64_t count = smaller(j->chunk, end - first);
    transform_x(g, j->x, first, count, v, &j->v, 0);
    multiply_points(j, best, v, &j->v, m, &j->m, count);
    write_y(g, j->result, first, count, m, &j->m);
  }
}
WORKER(compute_y, job)

/// Tiles overlap in x, so that a thread has whole examples.
LETHE_INLINE void compute_dx(const job *j, block best, int32_t worker) {
  const geometry *g = &j->g;
  float *v = j->workspace + worker * operand_count(j), *m = v + g->points * j->v.plane;
  const int64_t example = g->high->x * g->wide->x * g->c->inputs, tiles = g->tiles_high * g->tiles_wide;
  const int64_t begin = g->c->examples * worker / g->c->threads;
  const int64_t end = g->c->examples * (worker + 1) / g->c->threads;
  memset(j->result + begin * example, 0, (size_t)((end - begin) * example) * sizeof(float));
  for (int64_t first = begin * tiles; first < end * tiles; first += j->chunk) {
    const int64_t count = smaller(j->chunk, end * tiles - first);
    transform_dy(g, j->dy, first, count, m, &j->m, 0);
    multiply_points(j, best, m, &j->m, v, &j->v, count);
    add_to_dx(g, j->result, first, count, v, &j->v);
  }
}
WORKER(compute_dx, job)

/// The first of three steps of the gradient of w: V and dM of some tiles of a chunk.
LETHE_INLINE void transform_dw(const job *j, block best, int32_t worker) {
  (void)best;
  const int64_t from = j->count * worker / j->g.c->threads, to = j->count * (worker + 1) / j->g.c->threads;
  float *v = j->workspace, *m = v + j->g.points * j->v.plane;
  transform_x(&j->g, j->x, j->first + from, to - from, v, &j->v, from);
  transform_dy(&j->g, j->dy, j->first + from, to - from, m, &j->m, from);
}
WORKER(transform_dw, job)

/// The second: some panels of the gradient of U, to which those of earlier chunks are added.
LETHE_INLINE void multiply_dw(const job *j, block best, int32_t worker) {
  const geometry *g = &j->g;
  const float *v = j->workspace, *m = v + g->points * j->v.plane;
  float *u = j->workspace + operand_count(j);
  const int64_t width = best.vectors * LANES, panels = (g->outputs + width - 1) / width;
  const int64_t end = g->points * panels * (worker + 1) / g->c->threads;
  for (int64_t i = g->points * panels * worker / g->c->threads; i < end; ++i) {
    const int64_t p = i / panels, column = i % panels * width;
    multiply(
        best, (operand){v + p * j->v.plane, 1, j->v.row}, m + p * j->m.plane, j->m.rows, u + p * j->u.plane, j->u.row,
        g->depth, column, smaller(column + width, g->outputs), j->first > 0);
  }
}
WORKER(multiply_dw, job)

/// The third: the gradient of w for some vectors of outputs and inputs.
LETHE_INLINE void write_dw(const job *j, block best, int32_t worker) {
  (void)best;
  const geometry *g = &j->g;
  const float *u = j->workspace + operand_count(j);
  const int64_t inputs = g->c->inputs, units = g->outputs / LANES * inputs;
  float window[MAX_WINDOW * LANES], kernels[LETHE_WINOGRAD_MAX_TAPS * LANES];
  const int64_t end = units * (worker + 1) / g->c->threads;
  for (int64_t unit = units * worker / g->c->threads; unit < end; ++unit) {
    const int64_t output = unit / inputs * LANES, input = unit % inputs;
    for (int64_t part = 0; part < g->parts_high * g->parts_wide; ++part) {
      transform(g->c, GT, u + offset_of(&j->u, part * g->inputs + input, output), j->u.plane, window, LANES);
      const part_taps taps = taps_of(g, part);
      for (int64_t i = 0; i < taps.count; ++i)
        memcpy(kernels + taps.of_kernel[i] * LANES, window + taps.of_window[i] * LANES, sizeof(vec));
    }
    float *target = j->result + (output * inputs + input) * g->taps;
    for (int64_t lane = 0; lane < smaller(LANES, g->c->outputs - output); ++lane)
      for (int64_t tap = 0; tap < g->taps; ++tap)
        target[lane * inputs * g->taps + tap] = kernels[tap * LANES + lane];
  }
}
WORKER(write_dw, job)

/// The kernels of LANES channels along the columns of U and of one along its rows, channels last; those that there are
/// not are 0.
LETHE_INLINE void read_kernels(const job *j, int64_t column, int64_t row, float *kernels) {
  const lethe_winograd *c = j->g.c;
  const int is_y = j->kind == LETHE_WINOGRAD_Y;
  const int64_t columns = is_y ? c->outputs : c->inputs, rows = is_y ? c->inputs : c->outputs;
  const int64_t column_stride = j->strides[is_y ? 0 : 1], row_stride = j->strides[is_y ? 1 : 0];
  memset(kernels, 0, (size_t)(j->g.taps * LANES) * sizeof(float));
  if (row >= rows) return;
  for (int64_t lane = 0; lane < smaller(LANES, columns - column); ++lane) {
    const float *kernel = j->w + (column + lane) * column_stride + row * row_stride;
    for (int64_t a = 0; a < j->g.high->kernel; ++a)
      for (int64_t b = 0; b < j->g.wide->kernel; ++b)
        kernels[(a * j->g.wide->kernel + b) * LANES + lane] = kernel[a * j->strides[2] + b * j->strides[3]];
  }
}

LETHE_INLINE void pack(const job *j, block best, int32_t worker) {
  const geometry *g = &j->g;
  const int is_y = j->kind == LETHE_WINOGRAD_Y;
  const layout l = layout_of_u(g, j->kind, best);
  const int64_t columns = is_y ? g->outputs : g->inputs, rows = is_y ? g->inputs : g->outputs;
  float window[MAX_WINDOW * LANES], kernels[LETHE_WINOGRAD_MAX_TAPS * LANES];
  const int64_t width = best.vectors * LANES, units = (columns + width - 1) / width * rows;
  const int64_t end = units * (worker + 1) / g->c->threads;
  for (int64_t unit = units * worker / g->c->threads; unit < end; ++unit) {
    const int64_t row = unit % rows, panel = unit / rows * width;
    for (int64_t column = panel; column < smaller(panel + width, columns); column += LANES) {
      read_kernels(j, column, row, kernels);
      for (int64_t part = 0; part < g->parts_high * g->parts_wide; ++part) {
        const part_taps taps = taps_of(g, part);
        memset(window, 0, sizeof window);
        for (int64_t i = 0; i < taps.count; ++i)
          memcpy(window + taps.of_window[i] * LANES, kernels + taps.of_kernel[i] * LANES, sizeof(vec));
        const int64_t first = part * g->inputs;
        const int64_t place = is_y ? offset_of(&l, first + row, column) : offset_of(&l, row, first + column);
        transform(g->c, G, window, LANES, j->result + place, l.plane);
      }
    }
  }
}
WORKER(pack, job)

void lethe_winograd_pack(
    const lethe_winograd *c, lethe_winograd_result kind, const float *w, const int64_t strides[4], float *packed) {
  job j = job_of(c, kind);
  (j.w = w, j.strides = strides, j.result = packed);
  lethe_run_workers(pack_worker, &j, c->threads);
}

void lethe_winograd_y(
    const lethe_winograd *c, const float *x, const float *packed, float *y, float *workspace) {
  job j = job_of(c, LETHE_WINOGRAD_Y);
  (j.x = x, j.packed = packed, j.result = y, j.workspace = workspace);
  lethe_run_workers(compute_y_worker, &j, c->threads);
}

void lethe_winograd_dx(
    const lethe_winograd *c, float *dx, const float *packed, const float *dy, float *workspace) {
  job j = job_of(c, LETHE_WINOGRAD_DX);
  (j.dy = dy, j.packed = packed, j.result = dx, j.workspace = workspace);
  lethe_run_workers(compute_dx_worker, &j, c->threads);
}

void lethe_winograd_dw(
    const lethe_winograd *c, const float *x, float *dw, const float *dy, float *workspace) {
  job j = job_of(c, LETHE_WINOGRAD_DW);
  (j.x = x, j.dy = dy, j.result = dw, j.workspace = workspace);
  for (j.first = 0; j.first < j.g.tiles; j.first += j.chunk) {
    j.count = j.m.rows = smaller(j.chunk, j.g.tiles - j.first);
    lethe_run_workers(transform_dw_worker, &j, c->threads);
    lethe_run_workers(multiply_dw_worker, &j, c->threads);
  }
  lethe_run_workers(write_dw_worker, &j, c->threads);
}
