public import Autodiff
public import Specification

/// Zeroes weights: y = ((M⊙W)x)/q, M ~ Bernoulli(q).
///
/// Mask: one an example where a linear layer has at most 2¹⁸ products in a batch, one a batch
/// otherwise, as for all convolutions. Sampling: the activation that follows directly is averaged
/// over u ~ N(Wx, rate/q·W²x²), the distribution of the pre-activation by its two first moments
/// (leaky ReLU and ReLU; other functions are taken at the mean); or masks are drawn, with
/// `sampling.dropout` of `stochastic` or `mean_of`.
///
/// Source: Wan et al. 2013, ICML, §3 and algorithm 2.
public struct DropConnect: WeightDropout {
  /// `dropconnect`.
  public let name = "dropconnect"
  /// Inverted, or test time.
  public var scalings: [DropoutScaling] { [.inverted, .testTime] }
  /// Products of a batch, above which there is one mask for all examples.
  private static let limit = 1 << 18

  /// [N] or [1], then the shape of the weight.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    let isMatrix = site.kind == .weights(rowsPerExample: 1) && site.example.count == 2
    let isSmall = batch * site.example.elementCount <= Self.limit
    return [isMatrix && isSmall ? batch : 1] + site.example
  }

  /// y = ((M⊙W)x)/q.
  public func apply(to contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result {
    let weight = try draw.rescaled(contraction.weight)
    guard draw.maskShape[0] > 1 else {
      let mask = try draw.keepMask(shape: Array(draw.maskShape.dropFirst()))
      return Contraction.Result(try contraction(mask.select(weight, 0)))
    }
    let input = contraction.input
    let rows = try input.reshape([input.shape[0], 1, input.shape[1]])
    return Contraction.Result(try (draw.keepMask().select(weight, 0) * rows).sum(axes: [2]))
  }

  /// The product's mean over masks, and in sampling its variance.
  public func pass(_ contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result {
    let (input, weight) = (contraction.input, contraction.weight)
    let isInverted = draw.scaling == .inverted
    let q = try 1 - draw.rate
    let mean = try contraction(isInverted ? weight : weight * q)
    // A weight that many products share comes as its own input; there is nothing to vary yet.
    guard !draw.isTraining, input.id != weight.id else { return Contraction.Result(mean) }
    let spread = try isInverted ? draw.rate / q : draw.rate * q
    return Contraction.Result(
      mean, variance: try contraction(weight.squared(), input: input.squared()) * spread)
  }
}
