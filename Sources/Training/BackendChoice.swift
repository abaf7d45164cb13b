public import CPU
package import Execution
internal import Reference

/// The back end that computes training steps and the graphs of trained models.
///
/// It is not part of an experiment: the numbers are the same up to rounding, so that a trial can resume
/// from a checkpoint of either. Feature spaces, which metrics are measured in, are always computed on the
/// processor.
public enum BackendChoice: Hashable, Sendable {
  /// The processor: oneDNN, Winograd's form of convolutions, and fused kernels.
  case processor(ConvolutionChoice)
  /// An interpreter in double precision, for checking; about a hundred times slower.
  case reference

  /// The processor, with convolutions in the form that is fastest.
  public static let cpu = BackendChoice.processor(.fastest)

  /// Makes the back end.
  ///
  /// - Parameter threads: Number of threads that share a step; the interpreter uses one.
  package func backend(threads: Int) throws -> any Backend {
    switch self {
    case .processor(let choice): try CPUBackend(threads: threads, convolutions: choice)
    case .reference: ReferenceBackend()
    }
  }

  /// What provenance says before the instruction sets; nothing for the usual one.
  package var remark: String { self == .cpu ? "" : "\(self), " }
}

extension BackendChoice: CustomStringConvertible {
  /// The back end in words.
  public var description: String {
    switch self {
    case .processor(let choice): "\(choice) convolutions"
    case .reference: "reference back end"
    }
  }
}
