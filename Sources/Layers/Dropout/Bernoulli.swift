public import Glossary
public import Autodiff

/// Zeroes each element with probability `rate`: y = m⊙x/q, m ~ Bernoulli(q).
///
/// Mask: one number for each element of every example. Sampling: y = x.
///
/// Source: Hinton et al. 2012, arXiv:1207.0580; Srivastava et al. 2014, JMLR 15, §4.
public struct Bernoulli: ActivationDropout {
  /// The `type` of its entries.
  public let name = "bernoulli"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Dropout: zeroes units", .hinton2012, .srivastava2014)

  /// y = m⊙x/q. A dropped element is 0 even where x is infinite or NaN.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    try draw.keepMask().select(draw.rescaled(x), 0)
  }
}
