// The matrices of Winograd's minimal filtering, and their application to vectors of channels.
#ifndef LETHE_WINOGRAD_FORMS_H
#define LETHE_WINOGRAD_FORMS_H

#include <string.h>

#include "blocks.h"
#include "lethe_winograd.h"

enum { MAX_POINTS = 6, MAX_WINDOW = MAX_POINTS * MAX_POINTS };

/// y = at ((g w) ∘ (bt x)) is the correlation of x with w, for `outputs` places and `taps` taps.
typedef struct {
  int32_t outputs, taps, points;
  float bt[MAX_POINTS][MAX_POINTS], g[MAX_POINTS][MAX_POINTS], at[MAX_POINTS][MAX_POINTS];
} form;

/// The forms, by the construction of Toom and Cook: polynomials that are multiplied at `points` points, the last of
/// which is ∞. Of the points that were compared, these give the least rounding error.
static const form forms[] = {
    [LETHE_WINOGRAD_1_1] = {1, 1, 1, {{1}}, {{1}}, {{1}}},
    // 0, −1
    [LETHE_WINOGRAD_2_2] = {
        2, 2, 3,
        {{1, 1}, {0, 1}, {0, 1, 1}},
        {{1}, {-1, 1}, {0, 1}},
        {{1, 1}, {0, -1, 1}}},
    // 0, 1, −1/2, −2
    [LETHE_WINOGRAD_4_2] = {
        4, 2, 5,
        {{-1, -1.5f, 1.5f, 1}, {0, 1, 2.5f, 1}, {0, -2, 1, 1}, {0, -0.5f, -0.5f, 1},
         {0, -1, -1.5f, 1.5f, 1}},
        {{-1}, {2.0f / 9, 2.0f / 9}, {8.0f / 9, -4.0f / 9}, {-1.0f / 9, 2.0f / 9}, {0, 1}},
        {{1, 1, 1, 1}, {0, 1, -0.5f, -2}, {0, 1, 0.25f, 4}, {0, 1, -0.125f, -8, 1}}},
    // 0, 1, −1
    [LETHE_WINOGRAD_2_3] = {
        2, 3, 4,
        {{-1, 0, 1}, {0, 1, 1}, {0, -1, 1}, {0, -1, 0, 1}},
        {{-1}, {0.5f, 0.5f, 0.5f}, {0.5f, -0.5f, 0.5f}, {0, 0, 1}},
        {{1, 1, 1}, {0, 1, -1, 1}}},
    // 0, 1, −1, 1/2, −2
    [LETHE_WINOGRAD_4_3] = {
        4, 3, 6,
        {{1, -1.5f, -2, 1.5f, 1}, {0, -1, 0.5f, 2.5f, 1}, {0, 1, -2.5f, 0.5f, 1},
         {0, -2, -1, 2, 1}, {0, 0.5f, -1, -0.5f, 1}, {0, 1, -1.5f, -2, 1.5f, 1}},
        {{1}, {1.0f / 3, 1.0f / 3, 1.0f / 3}, {-1.0f / 3, 1.0f / 3, -1.0f / 3},
         {-16.0f / 15, -8.0f / 15, -4.0f / 15}, {1.0f / 15, -2.0f / 15, 4.0f / 15}, {0, 0, 1}},
        {{1, 1, 1, 1, 1}, {0, 1, -1, 0.5f, -2}, {0, 1, 1, 0.25f, 4}, {0, 1, -1, 0.125f, -8, 1}}},
};

/// The three matrices of a form and what is transposed: bt and its transpose b, …
typedef enum { BT, B, AT, A, G, GT } matrix;

LETHE_INLINE int rows_of(const form *f, matrix m) {
  return m == AT ? f->outputs : m == GT ? f->taps : f->points;
}

LETHE_INLINE int columns_of(const form *f, matrix m) {
  return m == A ? f->outputs : m == G ? f->taps : f->points;
}

/// A sequence of elements `step` floats apart, and of such sequences `next` floats apart.
typedef struct {
  int64_t step, next;
} lines;

/// Multiplies `count` columns by a matrix of which all is known to the compiler. Terms with a factor of 0 are left out.
LETHE_INLINE void multiply_columns(
    const form *f, matrix which, const float *from, lines in, float *to, lines out, int64_t count) {
  const float(*m)[MAX_POINTS] = which <= B ? f->bt : which <= A ? f->at : f->g;
  const int transposed = which == B || which == A || which == GT;
  const int rows = rows_of(f, which), columns = columns_of(f, which);
  for (int64_t c = 0; c < count; ++c, from += in.next, to += out.next) {
    vec values[MAX_POINTS];
    UNROLL for (int j = 0; j < columns; ++j) values[j] = *(const unaligned_vec *)(from + j * in.step);
    UNROLL for (int i = 0; i < rows; ++i) {
      vec sum = {0};
      int terms = 0;
      UNROLL for (int j = 0; j < columns; ++j) {
        const float factor = transposed ? m[j][i] : m[i][j];
        if (factor == 0) continue;
        sum = terms++ == 0 ? factor * values[j] : sum + factor * values[j];
      }
      *(unaligned_vec *)(to + i * out.step) = sum;
    }
  }
}

LETHE_INLINE void transform_axis(
    lethe_winograd_form f, matrix m, const float *from, lines in, float *to, lines out, int64_t count) {
#define CASE(name) \
  case name: multiply_columns(&forms[name], m, from, in, to, out, count); break;
  switch (f) {
    CASE(LETHE_WINOGRAD_1_1)
    CASE(LETHE_WINOGRAD_2_2)
    CASE(LETHE_WINOGRAD_4_2)
    CASE(LETHE_WINOGRAD_2_3)
    CASE(LETHE_WINOGRAD_4_3)
  }
#undef CASE
}

/// Multiplies both axes of a window [rows, columns] of vectors by a matrix. The elements of the window, and those of the
/// result, lie row by row, `in` and `out` floats apart.
LETHE_INLINE void transform(
    const lethe_winograd *c, matrix m, const float *window, int64_t in, float *result, int64_t out) {
  const lethe_winograd_form high = c->axes[0].form, wide = c->axes[1].form;
  const int columns = columns_of(&forms[wide], m), results = rows_of(&forms[wide], m);
  if (high == LETHE_WINOGRAD_1_1) {
    transform_axis(wide, m, window, (lines){in, 0}, result, (lines){out, 0}, 1);
    return;
  }
  float between[MAX_WINDOW * LANES];
  transform_axis(
      high, m, window, (lines){columns * in, in}, between, (lines){columns * LANES, LANES}, columns);
  transform_axis(
      wide, m, between, (lines){LANES, columns * LANES}, result, (lines){out, results * out},
      rows_of(&forms[high], m));
}

/// Reads the first of at most LANES channels; those that are missing are 0.
LETHE_INLINE void load(vec *v, const float *from, int64_t channels) {
  if (channels >= LANES) {
    *v = *(const unaligned_vec *)from;
  } else {
    *v = (vec){0};
    memcpy(v, from, (size_t)channels * sizeof(float));
  }
}

LETHE_INLINE void store(float *to, const vec *v, int64_t channels) {
  if (channels >= LANES) {
    *(unaligned_vec *)to = *v;
  } else {
    memcpy(to, v, (size_t)channels * sizeof(float));
  }
}

#endif
