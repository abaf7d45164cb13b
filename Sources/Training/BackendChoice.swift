internal import CPU
package import Execution
internal import Reference

/// What training steps and the graphs of trained models are computed on.
///
/// It is no part of an experiment: the numbers are the same but for rounding, so that a trial can go on from
/// a checkpoint of either. Feature spaces, which are what is measured with, are always computed by the
/// processor.
public enum BackendChoice: String, CaseIterable, Sendable {
  /// The processor: oneDNN and fused kernels.
  case cpu
  /// An interpreter in double precision, for checking; about a hundred times slower.
  case reference

  /// Makes the back end.
  ///
  /// - Parameter threads: That share a step; the interpreter works on one.
  package func backend(threads: Int) throws -> any Backend {
    switch self {
    case .cpu: try CPUBackend(threads: threads)
    case .reference: ReferenceBackend()
    }
  }
}
