#include "lethe_isa.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lethe_clones.h"

static void refuse(const char *expected, const char *found) {
  fprintf(stderr, "error: LETHE_ISA: expected %s, found %s\n", expected, found);
  _exit(2);
}

#if defined(__x86_64__)
int32_t lethe_level = LETHE_BASELINE;

/// The levels by number, with the settings that hold the libraries to each.
static const struct {
  const char *name, *onednn, *openblas;
} levels[] = {
    [LETHE_BASELINE] = {"sse41", "SSE41", "Core2"},
    [LETHE_AVX2] = {"avx2", "AVX2", "Haswell"},
    [LETHE_AVX512] = {"avx512", "AVX512_CORE", "SkylakeX"},
};
enum { LEVELS = sizeof levels / sizeof *levels };

const char *lethe_isa(void) { return levels[lethe_level].name; }

static int32_t native_level(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return LETHE_AVX512;
  return __builtin_cpu_supports("x86-64-v3") ? LETHE_AVX2 : LETHE_BASELINE;
}

/// The number of a level; LEVELS where none has that name.
static int32_t level_named(const char *name) {
  int32_t level = 0;
  while (level < LEVELS && strcmp(name, levels[level].name) != 0) level++;
  return level;
}

static int32_t is_held = 0;

const char *lethe_isa_openblas(const char *chosen) {
  const int32_t is_unknown = lethe_level > LETHE_BASELINE && strcmp(chosen, "Prescott") == 0;
  return is_held || is_unknown ? levels[lethe_level].openblas : NULL;
}

/// Chooses the level that LETHE_ISA names, or else the highest that the processor has.
__attribute__((constructor)) static void choose_level(void) {
  const char *name = getenv("LETHE_ISA");
  lethe_level = native_level();
  if (name == NULL || strcmp(name, "native") == 0) return;
  const int32_t level = level_named(name);
  if (level == LEVELS) refuse("native, avx512, avx2 or sse41", *name ? name : "nothing");
  if (level > lethe_level) refuse("a level that this processor has", name);
  lethe_level = level;
  is_held = 1;
  setenv("ONEDNN_MAX_CPU_ISA", levels[level].onednn, 0);
}
#else
const char *lethe_isa_openblas(const char *chosen) {
  (void)chosen;
  return NULL;
}
#if defined(__aarch64__)
const char *lethe_isa(void) { return "aarch64"; }
#else
const char *lethe_isa(void) { return "baseline"; }
#endif

__attribute__((constructor)) static void check_level(void) {
  const char *name = getenv("LETHE_ISA");
  if (name != NULL && strcmp(name, "native") != 0) refuse("native", name);
}
#endif
