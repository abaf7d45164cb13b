/// The use of dropout masks while samples are drawn.
public enum SamplingDropout: String, Hashable, Sendable, CaseIterable {
  /// Nothing is dropped.
  case off
  /// Masks are drawn as in training.
  case stochastic
  /// Masks are inputs of the graph; see `Forward.givenMasks`.
  case given
}
