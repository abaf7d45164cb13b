public import Glossary
public import Autodiff
internal import Foundation
public import Specification

/// Multiplies by Gaussian noise whose variance is learned: y = x·ε, ε ~ N(1, α), with one α for
/// each channel (or feature).
///
/// α begins at rate/q. The term kl_weight·Σ KL over all α is added to the loss, with
/// −KL = k₁σ(k₂ + k₃ ln α) − ½ ln(1 + 1/α) − k₁, k = (0.63576, 1.87320, 1.48695): Molchanov et al.'s
/// approximation, which is close for all α. The KL falls as α grows, so it favours noise. For N
/// training examples, kl_weight = 1/N gives the variational bound.
///
/// Mask: one number for each element of every example. Sampling: y = x.
///
/// Source: Kingma et al. 2015, arXiv:1506.02557, §3; Molchanov et al. 2017, arXiv:1701.05369, eq. 14.
public struct VariationalGaussian: ActivationDropout {
  /// The `type` of its entries.
  public let name = "variational_gaussian"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Multiplicative normal noise whose variance is learned", .kingma2015, .molchanov2017)
  /// Inverted scaling only.
  public var scalings: [DropoutScaling] { [.inverted] }
  /// False: training learns the rate.
  public var takesSchedule: Bool { false }
  /// `kl_weight`: the factor of the KL in the loss.
  public var options: [DropoutOption] { [DropoutOption("kl_weight", default: 1e-3, in: 0...1e6)] }

  /// `<site>.variational.log_alpha`, shape [C] or [D].
  public func parameters(
    at site: DropoutSite, rate: Double, _ options: DropoutOptions
  ) -> [Parameter] {
    let logAlpha = Float(log(rate / (1 - rate)))
    return [
      Parameter(
        site.address + ".variational.log_alpha", shape: site.example.suffix(1),
        initializer: .constant(logAlpha))
    ]
  }

  /// y = x·(1 + √α·n).
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let logAlpha = try draw.learned()
    if draw.isTraining {
      draw.report(learnedRate: try logAlpha.sigmoid().mean())
      draw.minimize(try divergence(logAlpha) * Float(draw.options["kl_weight"]))
    }
    return try x * (draw.normal() * (logAlpha * 0.5).exp() + 1)
  }

  private func divergence(_ logAlpha: Tensor) throws -> Tensor {
    let bounded = try 1 - (logAlpha * 1.48695 + 1.87320).sigmoid()
    return try (bounded * 0.63576 + (-logAlpha).softplus() * 0.5).sum()
  }
}
