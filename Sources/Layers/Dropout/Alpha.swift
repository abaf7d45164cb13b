public import Glossary
public import Autodiff
public import Specification

/// Sets dropped elements to the value that SELU saturates at, then keeps mean 0 and variance 1:
/// y = a·d + b with d = x where kept, α' = −λα where dropped, a = (q(1 + rate·α'²))^(−½) and
/// b = −a·rate·α'.
///
/// Mask: one number for each element of every example. Sampling: y = x.
///
/// Source: Klambauer et al. 2017, arXiv:1706.02515, §2 (new dropout technique).
public struct Alpha: ActivationDropout {
  /// The `type` of its entries.
  public let name = "alpha"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Alpha dropout: sets units to a negative value and restores mean and variance", .klambauer2017)
  /// Inverted scaling only.
  public var scalings: [DropoutScaling] { [.inverted] }
  private let saturation: Float = -1.7580993408473766

  /// y = a·d + b.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let q = try 1 - draw.rate
    let variance = try q * (draw.rate * (saturation * saturation) + 1)
    let a = try 1 / variance.sqrt()
    let b = try a * draw.rate * -saturation
    return try draw.keepMask().select(x * a + b, b + a * saturation)
  }
}
