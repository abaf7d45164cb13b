#include "lethe_philox.h"

#include <string.h>

#include "lethe_clones.h"

enum { COUNTERS = 32, WORDS = 4 * COUNTERS, HALVES = 2 * WORDS, ROUNDS = 10 };

static const uint32_t multiplier[2] = {0xD2511F53, 0xCD9E8D57};
static const uint32_t keyIncrement[2] = {0x9E3779B9, 0xBB67AE85};

/// One round. Words lie in the lower halves of 64-bit lanes, for which x86 has a vector product of 32 by 32
/// bits. The upper halves are ignored.
LETHE_INLINE void philox_round(uint64_t x[4], uint32_t key0, uint32_t key1) {
  const uint64_t p0 = (x[0] & 0xffffffffu) * multiplier[0];
  const uint64_t p1 = (x[2] & 0xffffffffu) * multiplier[1];
  x[0] = p1 >> 32 ^ x[1] ^ key0;
  x[1] = p1;
  x[2] = p0 >> 32 ^ x[3] ^ key1;
  x[3] = p0;
}

LETHE_INLINE void philox_rounds(uint64_t x[4], uint32_t key0, uint32_t key1) {
#pragma clang loop unroll(full)
  for (uint32_t r = 0; r < ROUNDS; r++) {
    philox_round(x, key0 + r * keyIncrement[0], key1 + r * keyIncrement[1]);
  }
}

void lethe_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint64_t x[4] = {counter[0], counter[1], counter[2], counter[3]};
  philox_rounds(x, key[0], key[1]);
  for (int i = 0; i < 4; i++) out[i] = (uint32_t)x[i];
}

typedef struct {
  uint64_t seed, step;
  uint32_t stream;
} source;

/// The 128 words of a group, two to a 64-bit element, the first in the lower half.
LETHE_INLINE void philox_group(uint64_t words[restrict WORDS / 2], uint64_t group, source from) {
  const uint32_t first = (uint32_t)(group * COUNTERS);
  for (uint32_t j = 0; j < COUNTERS; j++) {
    uint64_t x[4] = {first + j, from.stream, (uint32_t)from.step, from.step >> 32};
    philox_rounds(x, (uint32_t)from.seed, (uint32_t)(from.seed >> 32));
    words[j] = (x[0] & 0xffffffffu) | x[1] << 32;
    words[COUNTERS + j] = (x[2] & 0xffffffffu) | x[3] << 32;
  }
}

LETHE_INLINE void bits_of_group(uint32_t out[restrict WORDS], uint64_t group, source from) {
  uint64_t pairs[WORDS / 2];
  philox_group(pairs, group, from);
  memcpy(out, pairs, sizeof pairs);
}

LETHE_INLINE void uniform_of_group(float out[restrict WORDS], uint64_t group, source from) {
  uint32_t words[WORDS];
  bits_of_group(words, group, from);
  for (int i = 0; i < WORDS; i++) out[i] = (float)(int32_t)(words[i] >> 9) * 0x1p-23f + 0x1p-24f;
}

LETHE_INLINE void uniform16_of_group(float out[restrict HALVES], uint64_t group, source from) {
  uint32_t words[WORDS];
  bits_of_group(words, group, from);
  for (int i = 0; i < WORDS; i++) {
    out[i] = (float)(int32_t)(words[i] & 0xffff) * 0x1p-16f + 0x1p-17f;
    out[WORDS + i] = (float)(int32_t)(words[i] >> 16) * 0x1p-16f + 0x1p-17f;
  }
}

/// Defines a function for any range of a stream, whose groups have `size` elements. Whole groups are written
/// in place, parts of a group through a buffer. Positions are unsigned, so that no `start` overflows.
#define LETHE_BULK(name, type, size)                                                            \
  LETHE_CLONES(                                                                                 \
      void, lethe_philox_##name,                                                                \
      (type *out, int64_t start, int64_t count, uint64_t seed, uint32_t stream, uint64_t step), \
      (out, start, count, seed, stream, step)) {                                                \
    const source from = {seed, step, stream};                                                   \
    uint64_t group = (uint64_t)start / (size), skip = (uint64_t)start % (size);                 \
    while (count > 0) {                                                                         \
      const int64_t left = (int64_t)((size) - skip), taken = count < left ? count : left;       \
      if (taken == (size)) {                                                                    \
        name##_of_group(out, group, from);                                                      \
      } else {                                                                                  \
        type part[size];                                                                        \
        name##_of_group(part, group, from);                                                     \
        memcpy(out, part + skip, (size_t)taken * sizeof(type));                                 \
      }                                                                                         \
      out += taken, count -= taken, group++, skip = 0;                                          \
    }                                                                                           \
  }

LETHE_BULK(bits, uint32_t, WORDS)
LETHE_BULK(uniform, float, WORDS)
LETHE_BULK(uniform16, float, HALVES)

uint32_t lethe_stream_id(const char *name, int64_t length) {
  uint32_t hash = 0x811c9dc5;
  for (int64_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)name[i]) * 0x01000193;
  return hash;
}
