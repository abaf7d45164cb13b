package import Specification
internal import Experiments
internal import Foundation
package import Autodiff
internal import Records

/// The two terms of a VAE's loss, in nats, summed over an example and averaged over the batch.
///
/// Source: Kingma & Welling 2014, arXiv:1312.6114, eq. 10 and appendix B.
package enum EvidenceLowerBound {
  /// The reconstruction term, −log p(x | z); see `reconstructions`.
  package static func reconstruction(
    _ likelihood: Likelihood, output: Tensor, data: Tensor, logDeviation: Tensor? = nil
  ) throws -> Tensor {
    try reconstructions(likelihood, output: output, data: data, logDeviation: logDeviation).sum()
      / Float(data.shape[0])
  }

  /// The reconstruction term of each value.
  ///
  /// With a learned deviation σ it is ½((x − μ)/σ)² + ln σ + ½ ln 2π, a true density. With the variance ½ it is the
  /// squared error, without its constant.
  ///
  /// - Parameters:
  ///   - output: The decoder's output: logits for `bernoulli`, else means.
  ///   - data: Values in 0…1 for `bernoulli`, −1…1 for others.
  ///   - logDeviation: ln σ for `gaussianLearned`, broadcastable with `output`.
  ///
  /// Source of the learned deviation: Rybkin et al. 2021, arXiv:2006.13202, eq. 4.
  package static func reconstructions(
    _ likelihood: Likelihood, output: Tensor, data: Tensor, logDeviation: Tensor?
  ) throws -> Tensor {
    switch likelihood {
    case .bernoulli: return try output.softplus() - output * data
    case .gaussian: return try (output - data).squared()
    case .gaussianLearned:
      guard let logDeviation else { preconditionFailure("a likelihood with a deviation") }
      let errors = try (output - data) * (-logDeviation).exp()
      return try errors.squared() * 0.5 + (logDeviation + Float(log(2 * Double.pi) / 2))
    }
  }

  /// What `reconstructions` leaves out of each value: −log p(x | z) is larger by it. The Bernoulli likelihood of values
  /// between 0 and 1 is not normalised.
  package static func constant(of likelihood: Likelihood) -> Float {
    switch likelihood {
    case .bernoulli, .gaussianLearned: 0
    case .gaussian: Float(log(Double.pi) / 2)
    }
  }

  /// The divergence term, KL(N(mean, e^logVariance) ‖ N(0, 1)). Both tensors have shape [N, Z].
  package static func divergence(mean: Tensor, logVariance: Tensor) throws -> Tensor {
    let each = try mean.squared() + logVariance.exp() - logVariance - 1
    return try each.sum() * (0.5 / Float(mean.shape[0]))
  }
}
