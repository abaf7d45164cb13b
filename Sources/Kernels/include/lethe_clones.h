#ifndef LETHE_CLONES_H
#define LETHE_CLONES_H

#include <stdint.h>

/// For helpers of a clone: they become part of it, since on their own they would run at the baseline level.
#define LETHE_INLINE static inline __attribute__((always_inline, unused))

/// Begins the definition of a function that is compiled once for each x86-64 level. The body follows. A call goes
/// to the copy for `lethe_level`. On other processors the function is compiled once, for the target's baseline.
///
///     LETHE_CLONES(float, sum_of, (const float *x, int64_t n), (x, n)) { … }
///
/// `target_clones` would not do, since it always chooses by the processor: tests hold the kernels to a lower
/// level.
#if defined(__x86_64__)
#define LETHE_CLONES(type, name, parameters, arguments)                                   \
  LETHE_INLINE type name##_body parameters;                                               \
  LETHE_COPY(type, name, _avx512, parameters, arguments, target(LETHE_X86_64_V4))         \
  LETHE_COPY(type, name, _avx2, parameters, arguments, target(LETHE_X86_64_V3))           \
  LETHE_COPY(type, name, _baseline, parameters, arguments, )                              \
  type name parameters {                                                                  \
    switch (lethe_level) {                                                                \
      case LETHE_AVX512: return name##_avx512 arguments;                                  \
      case LETHE_AVX2: return name##_avx2 arguments;                                      \
      default: return name##_baseline arguments;                                          \
    }                                                                                     \
  }                                                                                       \
  LETHE_INLINE type name##_body parameters

#define LETHE_COPY(type, name, suffix, parameters, arguments, attribute)                  \
  __attribute__((noinline, attribute)) static type name##suffix parameters {              \
    return name##_body arguments;                                                         \
  }

// Lists features rather than `arch=`, which would also tune for processors that prefer vectors of half the width.
#define LETHE_X86_64_V3 "avx2,bmi,bmi2,crc32,cx16,f16c,fma,lzcnt,movbe,popcnt,sahf,xsave"
#define LETHE_X86_64_V4 LETHE_X86_64_V3 ",avx512bw,avx512cd,avx512dq,avx512f,avx512vl"

/// Levels with copies of their own.
enum { LETHE_BASELINE, LETHE_AVX2, LETHE_AVX512 };

/// The level that this process uses, set before main: see lethe_isa.h.
extern int32_t lethe_level __attribute__((visibility("hidden")));
#else
#define LETHE_CLONES(type, name, parameters, arguments) type name parameters
#endif

#endif
