// Which instructions the kernels use.
#ifndef LETHE_ISA_H
#define LETHE_ISA_H

/// The level that the kernels of this process run at: avx512 (x86-64-v4), avx2 (x86-64-v3) or sse41 (the
/// baseline, which has less); on other processors the architecture's name.
///
/// It is the highest that the processor has. For tests the environment variable LETHE_ISA holds it to a lower
/// one: `native`, or a name as above. It then also holds oneDNN, unless ONEDNN_MAX_CPU_ISA is given. Any other
/// value, or a level that the processor lacks, ends the process with status 2 before main.
const char *lethe_isa(void);

/// The OPENBLAS_CORETYPE that holds OpenBLAS to LETHE_ISA's level; null where that is not held. OpenBLAS reads
/// it while it is loaded, so it must stand in the environment beforehand.
const char *lethe_isa_openblas(void);

#endif
