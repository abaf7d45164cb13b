public import Glossary
public import Autodiff
public import Specification

/// Multiplies each element by noise of mean 1 and variance rate/q: y = x·ε, ε ~ N(1, rate/q).
///
/// Mask: one number for each element of every example. Sampling: y = x, unscaled, as the noise has mean
/// 1.
///
/// Source: Srivastava et al. 2014, JMLR 15, §10.
public struct Gaussian: ActivationDropout {
  /// The `type` of its entries.
  public let name = "gaussian"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Multiplies units by normal noise of mean 1", .srivastava2014)
  /// Inverted scaling only.
  public var scalings: [DropoutScaling] { [.inverted] }

  /// y = x·(1 + √(rate/q)·n), n standard normal.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let deviation = try (draw.rate / (1 - draw.rate)).sqrt()
    return try x * (draw.normal() * deviation + 1)
  }
}
