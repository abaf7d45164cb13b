public import Glossary
public import Autodiff
public import Specification

/// Multiplies each element by noise that is uniform around 1: y = x(1 + r), r ~ U(−β, β), β = `rate`.
///
/// Mask: one number for each element of every example. Sampling: y = x, unscaled, as the noise has mean
/// 1 (and variance β²/3).
///
/// Source: Li et al. 2019, arXiv:1801.05134, §5.2 (Uout).
public struct Uniform: ActivationDropout {
  /// The `type` of its entries.
  public let name = "uniform"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Multiplies units by uniform noise of mean 1", .li2019)
  /// Inverted scaling only.
  public var scalings: [DropoutScaling] { [.inverted] }

  /// y = x·(1 + β(2u − 1)).
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    try x * ((draw.uniform() * 2 - 1) * draw.rate + 1)
  }
}
