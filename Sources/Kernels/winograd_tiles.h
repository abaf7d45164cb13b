// The tiles of a convolution in Winograd's form: their sizes, and the transforms of what they read and write.
#ifndef LETHE_WINOGRAD_TILES_H
#define LETHE_WINOGRAD_TILES_H

#include "blocks.h"
#include "winograd_forms.h"

// MARK: Sizes

/// A convolution with its sizes, channels in whole vectors.
typedef struct {
  const lethe_winograd *c;
  const lethe_winograd_axis *high, *wide;
  const form *high_form, *wide_form;
  int64_t tiles_high, tiles_wide, parts_high, parts_wide;
  int64_t points, tiles, inputs, outputs, depth, taps;
} geometry;

/// The first tap of a part of an axis. Its others are `stride` apart.
LETHE_INLINE int64_t first_tap(const lethe_winograd_axis *axis, const form *f, int64_t part) {
  return part / axis->stride * axis->stride * f->taps + part % axis->stride;
}

static int64_t parts_of(const lethe_winograd_axis *axis, const form *f) {
  int64_t parts = 0;
  while (first_tap(axis, f, parts) < axis->kernel) parts++;
  return parts;
}

static geometry geometry_of(const lethe_winograd *c) {
  geometry g = {.c = c, .high = &c->axes[0], .wide = &c->axes[1]};
  g.high_form = &forms[g.high->form];
  g.wide_form = &forms[g.wide->form];
  g.tiles_high = (g.high->y + g.high_form->outputs - 1) / g.high_form->outputs;
  g.tiles_wide = (g.wide->y + g.wide_form->outputs - 1) / g.wide_form->outputs;
  g.parts_high = parts_of(g.high, g.high_form);
  g.parts_wide = parts_of(g.wide, g.wide_form);
  g.points = g.high_form->points * g.wide_form->points;
  g.tiles = c->examples * g.tiles_high * g.tiles_wide;
  g.inputs = rounded_up(c->inputs, LANES);
  g.outputs = rounded_up(c->outputs, LANES);
  g.depth = g.parts_high * g.parts_wide * g.inputs;
  g.taps = g.high->kernel * g.wide->kernel;
  return g;
}

/// Floats from the matrix U of a point to that of the next.
LETHE_INLINE int64_t weight_plane(const geometry *g) { return g->depth * g->outputs + LANES; }

// MARK: Tiles

typedef struct {
  int64_t example, high, wide;
} tile;

LETHE_INLINE tile tile_at(const geometry *g, int64_t index) {
  const int64_t row = index / g->tiles_wide;
  return (tile){row / g->tiles_high, row % g->tiles_high, index % g->tiles_wide};
}

/// Places of an example, under the elements of a window: the first, how far apart they are, and how many there are of
/// the window and of the example.
typedef struct {
  int64_t first_row, first_column, row_step, column_step, rows, columns, height, width;
} places;

LETHE_INLINE places places_of_x(const geometry *g, tile t, int64_t part) {
  const int64_t top = first_tap(g->high, g->high_form, part / g->parts_wide);
  const int64_t left = first_tap(g->wide, g->wide_form, part % g->parts_wide);
  return (places){
      g->high->stride * g->high_form->outputs * t.high + top - g->high->padding,
      g->wide->stride * g->wide_form->outputs * t.wide + left - g->wide->padding,
      g->high->stride, g->wide->stride, g->high_form->points, g->wide_form->points,
      g->high->x, g->wide->x};
}

LETHE_INLINE places places_of_y(const geometry *g, tile t) {
  const int64_t rows = g->high_form->outputs, columns = g->wide_form->outputs;
  return (places){rows * t.high, columns * t.wide, 1, 1, rows, columns, g->high->y, g->wide->y};
}

/// The window's element (a, b) in an example of `channels` channels; null where it is outside.
LETHE_INLINE const float *element_at(const places *p, const float *example, int64_t channels, int64_t a, int64_t b) {
  const int64_t row = p->first_row + a * p->row_step, column = p->first_column + b * p->column_step;
  if (row < 0 || row >= p->height || column < 0 || column >= p->width) return NULL;
  return example + (row * p->width + column) * channels;
}

LETHE_INLINE void read_window(
    const places *p, const float *example, int64_t channels, int64_t first, float *window) {
  for (int64_t a = 0; a < p->rows; ++a)
    for (int64_t b = 0; b < p->columns; ++b) {
      const float *element = element_at(p, example, channels, a, b);
      vec v = {0};
      if (element) load(&v, element + first, channels - first);
      *(unaligned_vec *)(window + (a * p->columns + b) * LANES) = v;
    }
}

LETHE_INLINE void write_window(
    const places *p, float *example, int64_t channels, int64_t first, const float *window, int adds) {
  for (int64_t a = 0; a < p->rows; ++a)
    for (int64_t b = 0; b < p->columns; ++b) {
      float *element = (float *)element_at(p, example, channels, a, b);
      if (!element) continue;
      vec v = *(const unaligned_vec *)(window + (a * p->columns + b) * LANES), before = {0};
      if (adds) load(&before, element + first, channels - first);
      if (adds) v = v + before;
      store(element + first, &v, channels - first);
    }
}

// MARK: Matrices

/// Where the elements of a matrix for each point lie: in rows, or in panels of whole rows of `panel` columns each.
///
/// A vector of padding behind each row and each matrix keeps elements that are used together out of the same set of the
/// cache.
typedef struct {
  int64_t rows, columns, panel, row, plane;
} layout;

static layout layout_of_rows(int64_t rows, int64_t columns) {
  const int64_t row = columns + LANES;
  return (layout){rows, columns, 0, row, rows * row + LANES};
}

static layout layout_of_panels(int64_t rows, int64_t columns, int64_t panel) {
  return (layout){rows, columns, panel, 0, rows * columns + LANES};
}

LETHE_INLINE int64_t offset_of(const layout *l, int64_t row, int64_t column) {
  if (l->panel == 0) return row * l->row + column;
  const int64_t first = column / l->panel * l->panel;
  return first * l->rows + row * smaller(l->panel, l->columns - first) + column - first;
}

/// V of `count` tiles from the one at `first` on, from row `row` of the matrices on.
LETHE_INLINE void transform_x(
    const geometry *g, const float *x, int64_t first, int64_t count, float *v, const layout *l, int64_t row) {
  float window[MAX_WINDOW * LANES];
  for (int64_t i = 0; i < count; ++i) {
    const tile t = tile_at(g, first + i);
    const float *example = x + t.example * g->high->x * g->wide->x * g->c->inputs;
    for (int64_t part = 0; part < g->parts_high * g->parts_wide; ++part) {
      const places p = places_of_x(g, t, part);
      for (int64_t channel = 0; channel < g->c->inputs; channel += LANES) {
        read_window(&p, example, g->c->inputs, channel, window);
        transform(
            g->c, BT, window, LANES, v + offset_of(l, row + i, part * g->inputs + channel), l->plane);
      }
    }
  }
}

/// Adds what V's gradient gives to the gradient of x.
LETHE_INLINE void add_to_dx(
    const geometry *g, float *dx, int64_t first, int64_t count, const float *dv, const layout *l) {
  float window[MAX_WINDOW * LANES];
  for (int64_t i = 0; i < count; ++i) {
    const tile t = tile_at(g, first + i);
    float *example = dx + t.example * g->high->x * g->wide->x * g->c->inputs;
    for (int64_t part = 0; part < g->parts_high * g->parts_wide; ++part) {
      const places p = places_of_x(g, t, part);
      for (int64_t channel = 0; channel < g->c->inputs; channel += LANES) {
        transform(g->c, B, dv + offset_of(l, i, part * g->inputs + channel), l->plane, window, LANES);
        write_window(&p, example, g->c->inputs, channel, window, 1);
      }
    }
  }
}

/// The gradient of M, as V of x.
LETHE_INLINE void transform_dy(
    const geometry *g, const float *dy, int64_t first, int64_t count, float *dm, const layout *l, int64_t row) {
  float window[MAX_WINDOW * LANES];
  for (int64_t i = 0; i < count; ++i) {
    const tile t = tile_at(g, first + i);
    const float *example = dy + t.example * g->high->y * g->wide->y * g->c->outputs;
    const places p = places_of_y(g, t);
    for (int64_t channel = 0; channel < g->c->outputs; channel += LANES) {
      read_window(&p, example, g->c->outputs, channel, window);
      transform(g->c, A, window, LANES, dm + offset_of(l, row + i, channel), l->plane);
    }
  }
}

LETHE_INLINE void write_y(
    const geometry *g, float *y, int64_t first, int64_t count, const float *m, const layout *l) {
  float window[MAX_WINDOW * LANES];
  for (int64_t i = 0; i < count; ++i) {
    const tile t = tile_at(g, first + i);
    float *example = y + t.example * g->high->y * g->wide->y * g->c->outputs;
    const places p = places_of_y(g, t);
    for (int64_t channel = 0; channel < g->c->outputs; channel += LANES) {
      transform(g->c, AT, m + offset_of(l, i, channel), l->plane, window, LANES);
      write_window(&p, example, g->c->outputs, channel, window, 0);
    }
  }
}

#endif
