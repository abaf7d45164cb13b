internal import Kernels

/// The instruction sets that this process computes with. Results can differ between them in the last bits.
package enum InstructionSet {
  /// The level of this project's kernels: avx512, avx2 or sse41; elsewhere the processor's architecture.
  package static var kernels: String { String(cString: lethe_isa()) }
  /// The instruction set of oneDNN, by its name in `ONEDNN_MAX_CPU_ISA`, such as AVX512_CORE_BF16.
  package static var oneDNN: String { OneDNN.effectiveISA }
  /// True where oneDNN multiplies numbers of bfloat16 by instructions made for it.
  package static var multipliesBfloat16: Bool { OneDNN.multipliesBfloat16 }
  /// The value of `OPENBLAS_CORETYPE` for the level that `LETHE_ISA` asks for, or for that of a processor which
  /// OpenBLAS does not know; nil where the core stands that OpenBLAS has `chosen` by itself.
  package static func openBLASCore(insteadOf chosen: String) -> String? {
    lethe_isa_openblas(chosen).map { String(cString: $0) }
  }
}
