#include "lethe_philox.h"

#include "check.h"

/// Philox with ten rounds as in the paper, section 3.3, in plain 32-bit arithmetic.
static void reference(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    const uint64_t p = (uint64_t)0xD2511F53u * a, q = (uint64_t)0xCD9E8D57u * c;
    a = (uint32_t)(q >> 32) ^ b ^ k0;
    b = (uint32_t)q;
    c = (uint32_t)(p >> 32) ^ d ^ k1;
    d = (uint32_t)p;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = a, out[1] = b, out[2] = c, out[3] = d;
}

/// A word of a stream, by the layout that lethe_philox.h describes.
static uint32_t word(uint64_t position, uint64_t seed, uint32_t stream, uint64_t step) {
  const uint64_t within = position % 128;
  const uint32_t counter[4] = {
      (uint32_t)(position / 128 * 32 + within % 64 / 2), stream, (uint32_t)step,
      (uint32_t)(step >> 32)};
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  uint32_t out[4];
  reference(counter, key, out);
  return out[within / 64 * 2 + within % 2];
}

static void check_answers(const char *path) {
  FILE *file = fopen(path, "r");
  CHECK(file != NULL, "%s cannot be read", path);
  if (file == NULL) return;
  char line[256];
  int lines = 0;
  while (fgets(line, sizeof line, file)) {
    uint32_t v[10], found[4];
    if (sscanf(line, "%x %x %x %x %x %x %x %x %x %x", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6,
               v + 7, v + 8, v + 9) != 10) {
      continue;
    }
    lines++;
    lethe_philox4x32_10(v, v + 4, found);
    CHECK(memcmp(found, v + 6, sizeof found) == 0, "known answer %d", lines);
    reference(v, v + 4, found);
    CHECK(memcmp(found, v + 6, sizeof found) == 0, "known answer %d of the reference", lines);
  }
  fclose(file);
  CHECK(lines == 3, "%d known answers in %s", lines, path);
}

static void check_range(int64_t start, int64_t count) {
  const uint64_t seed = 0x0123456789abcdefu, step = 0x100000002u;
  const uint32_t stream = 0xfeedbeefu;
  uint32_t words[700];
  float uniform[700], uniform16[700];
  lethe_philox_bits(words, start, count, seed, stream, step);
  lethe_philox_uniform(uniform, start, count, seed, stream, step);
  lethe_philox_uniform16(uniform16, start, count, seed, stream, step);
  for (int64_t i = 0; i < count; i++) {
    const uint64_t at = (uint64_t)(start + i);
    const uint32_t w = word(at, seed, stream, step);
    CHECK(words[i] == w, "word %lld", (long long)at);
    CHECK((double)uniform[i] == ((double)(w >> 9) + 0.5) * 0x1p-23, "uniform %lld", (long long)at);
    const uint32_t pair = word(at / 256 * 128 + at % 128, seed, stream, step);
    const uint32_t half = at % 256 < 128 ? pair & 0xffff : pair >> 16;
    CHECK((double)uniform16[i] == ((double)half + 0.5) * 0x1p-16, "16 bits %lld", (long long)at);
  }
}

void check_philox(const char *answers) {
  check_answers(answers);
  const int64_t starts[] = {0, 1, 37, 127, 128, 255, 256, 300, ((int64_t)1 << 33) + 77};
  const int64_t counts[] = {1, 2, 127, 128, 129, 513, 700};
  for (size_t s = 0; s < sizeof starts / sizeof *starts; s++) {
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) check_range(starts[s], counts[c]);
  }
  uint32_t untouched = 7;
  lethe_philox_bits(&untouched, 0, 0, 1, 2, 3);
  lethe_philox_bits(&untouched, 0, -1, 1, 2, 3);
  CHECK(untouched == 7, "words without a count");
  CHECK(lethe_stream_id("foobar", 6) == 0xbf9cf968u, "the stream of foobar");
}
