public import Autodiff
public import Specification

/// Multiplies each element by noise of mean 1 and variance rate/q: y = x·ε, ε ~ N(1, rate/q).
///
/// Mask: one number an element of every example. Sampling: y = x; the noise has mean 1, so there is
/// nothing to scale.
///
/// Source: Srivastava et al. 2014, JMLR 15, §10.
public struct Gaussian: ActivationDropout {
  /// `gaussian`.
  public let name = "gaussian"
  /// Inverted only.
  public var scalings: [DropoutScaling] { [.inverted] }

  /// y = x·(1 + √(rate/q)·n), n standard normal.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let deviation = try (draw.rate / (1 - draw.rate)).sqrt()
    return try x * (draw.normal() * deviation + 1)
  }
}
