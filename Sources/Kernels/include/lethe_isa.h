// The instruction set level of the kernels.
#ifndef LETHE_ISA_H
#define LETHE_ISA_H

/// The level that the kernels of this process run at: avx512 (x86-64-v4), avx2 (x86-64-v3) or sse41 (the
/// baseline, which has fewer instructions than SSE4.1). On other processors: aarch64, or baseline.
///
/// It is the highest level that the processor has, unless the environment variable LETHE_ISA names a lower one,
/// which is meant for tests. LETHE_ISA then also limits oneDNN, unless ONEDNN_MAX_CPU_ISA is set. Apart from
/// `native`, which changes nothing, any other value and any level that the processor lacks end the process with
/// status 2 before main.
const char *lethe_isa(void);

/// The value of OPENBLAS_CORETYPE with which OpenBLAS should run, where that is not the core that it has `chosen`
/// itself: that of the level that LETHE_ISA names; without LETHE_ISA, that of the processor's level where OpenBLAS is
/// older than the processor and takes it for a Prescott, which has none of AVX. Null where its own choice stands.
/// OpenBLAS reads the variable while it is loaded, so it has to be set beforehand.
const char *lethe_isa_openblas(const char *chosen);

#endif
