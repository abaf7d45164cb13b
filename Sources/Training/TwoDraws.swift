package import Autodiff
internal import Complaints
internal import Glossary
internal import Layers
internal import Models
package import Specification

/// The divergence of what a network says under two draws of its dropout, by which R-Drop asks for the same: ½(KL(P‖Q) +
/// KL(Q‖P)), summed over an example and averaged over the batch. The loss of the draws themselves is their mean.
///
/// Source: Liang et al. 2021, "R-Drop: regularized dropout for neural networks", arXiv:2106.14448, eq. 2; of a VAE the
/// distributions are those of codes and of examples.
package enum TwoDraws {
  static let meaning = Meaning(
    "Asks a network for the same answer under two draws of its dropout", .liang2021)

  /// The divergence of the classes that two sets of logits give, [N, K] each.
  package static func ofClasses(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let difference = try CrossEntropy.probabilities(a) - CrossEntropy.probabilities(b)
    let each = try difference * (CrossEntropy.surprises(b) - CrossEntropy.surprises(a))
    return try each.sum() * (0.5 / Float(a.shape[0]))
  }

  /// The divergence of two sets of codes, Gaussian with independent numbers; means and log-variances are [N, Z].
  package static func ofCodes(
    _ a: (mean: Tensor, logVariance: Tensor), _ b: (mean: Tensor, logVariance: Tensor)
  ) throws -> Tensor {
    let distance = try (a.mean - b.mean).squared()
    let ratio = try (a.logVariance - b.logVariance).exp()
    let ofMeans = try distance * ((-a.logVariance).exp() + (-b.logVariance).exp())
    return try (ratio + 1 / ratio - 2 + ofMeans).sum() * (0.25 / Float(a.mean.shape[0]))
  }

  /// The divergence of the examples that two outputs of a decoder stand for; see `EvidenceLowerBound.reconstructions`.
  package static func ofExamples(
    _ likelihood: Likelihood, _ a: Tensor, _ b: Tensor, logDeviation: Tensor?
  ) throws -> Tensor {
    let each: Tensor
    switch likelihood {
    case .bernoulli: each = try (a.sigmoid() - b.sigmoid()) * (a - b) * 0.5
    case .gaussian: each = try (a - b).squared()
    case .gaussianLearned:
      guard let logDeviation else { preconditionFailure("a likelihood with a deviation") }
      each = try ((a - b) * (-logDeviation).exp()).squared() * 0.5
    }
    return try each.sum() / Float(a.shape[0])
  }

  /// Checks that two draws can differ, and in nothing but masks.
  ///
  /// - Throws: `ModelError` about `loss.r_drop`.
  static func check(_ networks: [Network], _ dropout: DropoutPlan, _ augmenter: Augmenter) throws {
    try ModelError.require(
      networks.contains { dropout.differs(in: $0.role.rawValue, during: .step) }, "loss.r_drop",
      expected: "dropout, as two draws of it are compared", found: "none")
    try ModelError.require(
      !augmenter.changesHiddenStates, "loss.r_drop",
      expected: "no augmentation of hidden states, which would differ between the draws too",
      found: "one")
  }
}
