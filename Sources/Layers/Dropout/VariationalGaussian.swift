public import Autodiff
internal import Foundation
public import Specification

/// Multiplies by Gaussian noise whose variance is learned: y = x·ε, ε ~ N(1, α), one α a channel (or
/// feature).
///
/// α begins at rate/q. To the loss is added kl_weight·Σ KL over the α's, with
/// −KL = k₁σ(k₂ + k₃ ln α) − ½ ln(1 + 1/α) − k₁, k = (0.63576, 1.87320, 1.48695): Molchanov et al.'s
/// approximation, which is close for all α. It falls as α grows, so it asks for noise. The variational
/// bound is that of kl_weight 1/N for N training examples and a loss of one example.
///
/// Mask: one number an element of every example. Sampling: y = x.
///
/// Source: Kingma et al. 2015, arXiv:1506.02557, §3; Molchanov et al. 2017, arXiv:1701.05369, eq. 14.
public struct VariationalGaussian: ActivationDropout {
  /// `variational_gaussian`.
  public let name = "variational_gaussian"
  /// Inverted only.
  public var scalings: [DropoutScaling] { [.inverted] }
  /// Its rate is learned.
  public var takesSchedule: Bool { false }
  /// `kl_weight`.
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
