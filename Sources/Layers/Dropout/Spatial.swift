public import Glossary
public import Autodiff
internal import Specification

/// Zeroes whole channels with probability `rate`: y[n,…,c] = m[n,c]·x[n,…,c]/q, m ~ Bernoulli(q).
///
/// Mask: one number for each channel of every example. Sampling: y = x.
///
/// Source: Tompson et al. 2015, arXiv:1411.4280, §3.2.
public struct Spatial: ActivationDropout {
  /// The `type` of its entries.
  public let name = "spatial"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Zeroes whole channels", .tompson2015)

  /// Size 1 along height, width and time.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    try site.requireMaps(for: name)
    return site.maskShape(batch: batch) { $0.isSpatial }
  }

  /// y = m⊙x/q. A dropped channel is 0 even where x is infinite or NaN.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    try draw.keepMask().select(draw.rescaled(x), 0)
  }
}
