internal import CPU
package import Execution
internal import Reference

/// The back end that computes training steps and the graphs of trained models.
///
/// It is not part of an experiment: the numbers are the same up to rounding, so that a trial can resume
/// from a checkpoint of either. Feature spaces, which metrics are measured in, are always computed on the
/// processor.
public enum BackendChoice: String, CaseIterable, Sendable {
  /// The processor: oneDNN and fused kernels.
  case cpu
  /// An interpreter in double precision, for checking; about a hundred times slower.
  case reference

  /// Makes the back end.
  ///
  /// - Parameter threads: Number of threads that share a step; the interpreter uses one.
  package func backend(threads: Int) throws -> any Backend {
    switch self {
    case .cpu: try CPUBackend(threads: threads)
    case .reference: ReferenceBackend()
    }
  }
}
