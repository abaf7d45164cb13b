// Rows that go where an array says: `gather` and `scatter`.
#include <string.h>

#include "lethe_kernels.h"

static void copy_rows(const lethe_row_moves *m, const float *source, const float *places, float *target) {
  for (int64_t i = 0; i < m->place_count; ++i, target += m->width) {
    const float place = places[i];
    if (place >= 0 && place < (float)m->source_rows) {
      const float *row = source + (int64_t)place * m->width;
      for (int64_t c = 0; c < m->width; ++c) target[c] = row[c];
    } else {
      for (int64_t c = 0; c < m->width; ++c) target[c] = 0;
    }
  }
}

static void add_rows(const lethe_row_moves *m, const float *source, const float *places, float *target) {
  memset(target, 0, (size_t)(m->target_rows * m->width) * sizeof(float));
  for (int64_t i = 0; i < m->place_count; ++i, source += m->width) {
    const float place = places[i];
    if (!(place >= 0 && place < (float)m->target_rows)) continue;
    float *row = target + (int64_t)place * m->width;
    for (int64_t c = 0; c < m->width; ++c) row[c] += source[c];
  }
}

static void run_share(void *context, int32_t worker) {
  const lethe_row_moves *m = context;
  const int64_t end = m->examples * (worker + 1) / m->threads;
  for (int64_t n = m->examples * worker / m->threads; n < end; ++n) {
    const float *source = m->source + n * m->source_rows * m->width;
    const float *places = m->places + n * m->place_count;
    float *target = m->target + n * m->target_rows * m->width;
    if (m->adds) {
      add_rows(m, source, places, target);
    } else {
      copy_rows(m, source, places, target);
    }
  }
}

void lethe_row_moves_run(const lethe_row_moves *moves) {
  lethe_run_workers(run_share, (void *)moves, moves->threads);
}
