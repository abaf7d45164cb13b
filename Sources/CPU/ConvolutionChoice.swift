/// How the processor computes convolutions and their gradients.
public enum ConvolutionChoice: String, CaseIterable, Sendable {
  /// The form that is faster by the sizes.
  case fastest
  /// Their own sums, by oneDNN.
  case direct
  /// Winograd's form wherever there is one.
  case winograd
  /// The form that was fastest where it was tried, if a table tells of it; else that by the sizes.
  case measured
}
