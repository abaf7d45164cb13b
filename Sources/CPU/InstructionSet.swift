internal import Kernels

/// What the arithmetic of this process runs on; results belong to it.
package enum InstructionSet {
  /// The level of this project's kernels: avx512, avx2, sse41, or another processor's architecture.
  package static var kernels: String { String(cString: lethe_isa()) }
  /// What oneDNN uses, in the words of `ONEDNN_MAX_CPU_ISA`: AVX512_CORE_BF16.
  package static var oneDNN: String { OneDNN.effectiveISA }
  /// The `OPENBLAS_CORETYPE` of a process that `LETHE_ISA` holds to a level; nil of any other.
  package static var openBLASCore: String? { lethe_isa_openblas().map { String(cString: $0) } }
}
