// Elements that go where an array says: `gather` and `scatter`.
#include <string.h>

#include "lethe_kernels.h"

static void copy_elements(const lethe_moves *m, const float *source, const float *places, float *target) {
  const float end = (float)m->source_count;
  for (int64_t i = 0; i < m->place_count; ++i) {
    const float place = places[i];
    target[i] = place >= 0 && place < end ? source[(int64_t)place] : 0;
  }
}

static void add_elements(const lethe_moves *m, const float *source, const float *places, float *target) {
  const float end = (float)m->target_count;
  memset(target, 0, (size_t)m->target_count * sizeof(float));
  for (int64_t i = 0; i < m->place_count; ++i) {
    const float place = places[i];
    if (place >= 0 && place < end) target[(int64_t)place] += source[i];
  }
}

static void run_share(void *context, int32_t worker) {
  const lethe_moves *m = context;
  const int64_t end = m->examples * (worker + 1) / m->threads;
  for (int64_t n = m->examples * worker / m->threads; n < end; ++n) {
    const float *places = m->places + n * m->place_count;
    for (int64_t row = n * m->channels; row < (n + 1) * m->channels; ++row) {
      const float *source = m->source + row * m->source_count;
      float *target = m->target + row * m->target_count;
      if (m->adds) {
        add_elements(m, source, places, target);
      } else {
        copy_elements(m, source, places, target);
      }
    }
  }
}

void lethe_moves_run(const lethe_moves *moves) {
  lethe_run_workers(run_share, (void *)moves, moves->threads);
}
