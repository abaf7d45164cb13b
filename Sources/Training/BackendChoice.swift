internal import Complaints
public import CPU
internal import Experiments
package import Execution
internal import Reference

/// The back end that computes training steps and the graphs of trained models.
///
/// It is not part of an experiment: the numbers are the same up to rounding, so that a trial can resume
/// from a checkpoint of either. Feature spaces, which metrics are measured in, are always computed on the
/// processor.
public enum BackendChoice: Hashable, Sendable {
  /// The processor: oneDNN, Winograd's form of convolutions, and fused kernels. The forms of some convolutions may be
  /// given, by their descriptions; others are as chosen.
  case processor(ConvolutionChoice, forms: [String: String] = [:])
  /// An interpreter in double precision, for checking; about a hundred times slower.
  case reference

  /// The processor, with convolutions in the form that is fastest.
  public static let cpu = BackendChoice.processor(.fastest)

  /// Makes the back end.
  ///
  /// - Parameters:
  ///   - threads: Number of threads that share a step; the interpreter uses one.
  ///   - reducesPrecision: See `CPUBackend.init`.
  package func backend(
    threads: Int, reducesPrecision: Bool = false
  ) throws -> any Backend {
    switch self {
    case .processor(let choice, let forms):
      try CPUBackend(
        threads: threads, convolutions: choice, forms: forms,
        reducesPrecision: reducesPrecision)
    case .reference: ReferenceBackend()
    }
  }

  /// Makes the back end of an experiment's training steps with products of bfloat16.
  ///
  /// - Throws: `InputError` where that is not possible.
  func backend(
    reducingPrecisionFor experiment: Experiment, threads: Int
  ) throws -> any Backend {
    let problem =
      self == .reference
      ? "the reference back end multiplies no others"
      : InstructionSet.multipliesBfloat16
        ? nil : "this machine (oneDNN \(InstructionSet.oneDNN)) has no instructions for others"
    guard let problem else { return try backend(threads: threads, reducesPrecision: true) }
    let key = "train.precision"
    throw InputError(
      experiment.place(of: key), key: key, expected: "float32, as \(problem)",
      found: Experiment.Train.Precision.bfloat16.rawValue)
  }

  /// What provenance says before the instruction sets; nothing for the usual one.
  package var remark: String {
    if case .processor(.fastest, _) = self { return "" }
    return "\(self), "
  }

  /// The same with the forms of some convolutions given, unless all have a form that was asked for.
  ///
  /// - Parameter forms: Names of forms by the descriptions of convolutions. They count for more than those that it has.
  package func following(_ forms: [String: String]) -> BackendChoice {
    guard case .processor(.fastest, let own) = self else { return self }
    return .processor(.fastest, forms: own.merging(forms) { $1 })
  }
}

extension BackendChoice: CustomStringConvertible {
  /// The back end in words.
  public var description: String {
    switch self {
    case .processor(let choice, _): "\(choice) convolutions"
    case .reference: "reference back end"
    }
  }
}
