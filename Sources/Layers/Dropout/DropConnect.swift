public import Glossary
public import Autodiff
public import Specification

/// Zeroes weights: y = ((M⊙W)x)/q, M ~ Bernoulli(q).
///
/// Mask: one for each example in linear layers with at most 2¹⁸ products in a batch, one for the
/// batch in larger ones and in convolutions. Sampling: the activation that follows directly is
/// averaged over the pre-activation u ~ N(Wx, rate/q·W²x²), a normal distribution with the mean and
/// variance over masks (ReLU and leaky ReLU; other functions are taken at the mean). With
/// `sampling.dropout` of `stochastic` or `mean_of`, masks are drawn instead.
///
/// Source: Wan et al. 2013, ICML, §3 and algorithm 2.
public struct DropConnect: WeightDropout {
  /// The `type` of its entries.
  public let name = "dropconnect"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Zeroes weights", .wan2013)
  /// Inverted or test-time scaling.
  public var scalings: [DropoutScaling] { [.inverted, .testTime] }
  /// The most products in a batch with a mask for each example; above it, all examples share one.
  private static let limit = 1 << 18

  /// The shape of the weight, after N for a mask for each example or 1 for one mask.
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

  /// The product's mean over masks and, in sampling, its variance.
  public func pass(_ contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result {
    let (input, weight) = (contraction.input, contraction.weight)
    let isInverted = draw.scaling == .inverted
    let q = try 1 - draw.rate
    let mean = try contraction(isInverted ? weight : weight * q)
    // `sharedWeight` passes a weight as its own input, so there are no activations yet.
    guard !draw.isTraining, input.id != weight.id else { return Contraction.Result(mean) }
    let spread = try isInverted ? draw.rate / q : draw.rate * q
    return Contraction.Result(
      mean, variance: try contraction(weight.squared(), input: input.squared()) * spread)
  }
}
