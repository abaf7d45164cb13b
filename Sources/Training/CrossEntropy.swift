package import Autodiff
internal import Layers

/// The loss of detectors and classifiers, in nats.
package enum CrossEntropy {
  /// −Σ y log softmax(logits) of each example.
  ///
  /// - Parameters:
  ///   - logits: [N, K].
  ///   - labels: [N, K], non-negative with the sum 1 in each row.
  /// - Returns: [N].
  package static func ofEach(_ logits: Tensor, labels: Tensor) throws -> Tensor {
    try (surprises(logits) * labels).sum(axes: [1])
  }

  /// −log softmax over the last axis of [N, K].
  static func surprises(_ logits: Tensor) throws -> Tensor {
    // Subtracts the largest logit, so that no exponential overflows. It cancels out and needs no gradient.
    let highest = try logits.max(axes: [1], keepingAxes: true).stopGradient()
    let shifted = try logits - highest
    let normalizer = try shifted.exp().sum(axes: [1], keepingAxes: true).log()
    return try normalizer - shifted
  }

  /// Softmax over the last axis of [N, K].
  package static func probabilities(_ logits: Tensor) throws -> Tensor { try logits.softmax() }
}
