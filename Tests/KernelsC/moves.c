#include "lethe_kernels.h"

#include "check.h"

enum { EXAMPLES = 5, CHANNELS = 3, PLACES = 7 };

/// Checks elements that are copied from places or added there, some of which are outside or not a number.
static void check_moves(int64_t count, int32_t adds, int32_t threads) {
  const int64_t from = adds ? count : PLACES, to = adds ? PLACES : count;
  float *source = new_floats(EXAMPLES * CHANNELS * from, 3, 1);
  float *places = new_floats(EXAMPLES * count, 4, PLACES);
  float *target = new_floats(EXAMPLES * CHANNELS * to, 5, 1);
  double *expected = calloc(EXAMPLES * CHANNELS * (size_t)to, sizeof *expected);
  for (int64_t i = 0; i < EXAMPLES * count; i++) places[i] = i % 11 == 10 ? NAN : floorf(places[i]);
  for (int64_t n = 0; n < EXAMPLES; n++) {
    for (int64_t i = 0; i < count; i++) {
      const double place = (double)places[n * count + i];
      if (!(place >= 0 && place < PLACES)) continue;
      for (int64_t c = n * CHANNELS; c < (n + 1) * CHANNELS; c++) {
        const int64_t p = (int64_t)place;
        expected[c * to + (adds ? p : i)] += (double)source[c * from + (adds ? i : p)];
      }
    }
  }
  const lethe_moves moves = {
      .source = source, .places = places, .target = target, .examples = EXAMPLES, .channels = CHANNELS,
      .source_count = from, .target_count = to, .place_count = count, .adds = adds, .threads = threads};
  lethe_moves_run(&moves);
  for (int64_t i = 0; i < EXAMPLES * CHANNELS * to; i++) CHECK_NEAR((double)target[i], expected[i], 1e-6, 1e-6);
  free(source), free(places), free(target), free(expected);
}

void check_moving(void) {
  for (int64_t count = 1; count < 40; count += 6) {
    for (int32_t threads = 1; threads <= 3; threads++) {
      check_moves(count, 0, threads);
      check_moves(count, 1, threads);
    }
  }
}
