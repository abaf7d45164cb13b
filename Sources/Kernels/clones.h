#ifndef LETHE_CLONES_H
#define LETHE_CLONES_H

/// Marks a function that is compiled once for each x86-64 level; the dynamic linker picks the copy
/// that the processor can run. Elsewhere the function is compiled once, for the target's baseline.
/// Predefine it as empty (`-DLETHE_CLONES=`) to test the copy that the `-march` option selects.
#ifndef LETHE_CLONES
#if defined(__x86_64__) && defined(__linux__)
#define LETHE_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LETHE_CLONES
#endif
#endif

/// Helpers called from a clone must become part of it, or they would run at the baseline level.
#define LETHE_INLINE static inline __attribute__((always_inline, unused))

#endif
