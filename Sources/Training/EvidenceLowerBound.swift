package import Specification
internal import Experiments
package import Autodiff
internal import Records

/// The two terms of a VAE's loss, in nats, summed over an example and averaged over the batch.
///
/// Source: Kingma & Welling 2014, arXiv:1312.6114, eq. 10 and appendix B.
package enum EvidenceLowerBound {
  /// The reconstruction term, −log p(x | z).
  ///
  /// - Parameters:
  ///   - output: The decoder's output: logits for `bernoulli`, means for `gaussian`, whose variance
  ///     is ½, so that its loss is the squared error (the constant ½ log π an element is left out).
  ///   - data: Values in 0…1 for `bernoulli`, −1…1 for `gaussian`.
  package static func reconstruction(
    _ likelihood: Likelihood, output: Tensor, data: Tensor
  ) throws -> Tensor {
    let each =
      switch likelihood {
      case .bernoulli: try output.softplus() - output * data
      case .gaussian: try (output - data).squared()
      }
    return try each.sum() / Float(data.shape[0])
  }

  /// The divergence term, KL(N(mean, e^logVariance) ‖ N(0, 1)). Both tensors have shape [N, Z].
  package static func divergence(mean: Tensor, logVariance: Tensor) throws -> Tensor {
    let each = try mean.squared() + logVariance.exp() - logVariance - 1
    return try each.sum() * (0.5 / Float(mean.shape[0]))
  }
}
