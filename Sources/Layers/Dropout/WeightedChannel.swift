public import Glossary
public import Autodiff
public import Specification

/// Keeps M = round(q·C) channels of each example (at least one), drawn without replacement with
/// probabilities in proportion to their mean activation s, and scales them to keep the sum of the
/// means: y = m⊙x·Σs/Σ(m⊙s).
///
/// s is the mean of max(x, 0) over the places of a channel. The channels with the largest keys
/// u^(1/s) are kept (Efraimidis & Spirakis 2006). Mask and scale are constants to the gradient. The
/// paper's additional Bernoulli mask is left out, so that `rate` alone decides how many channels are kept.
///
/// Mask: one number for each channel of every example. Sampling: y = x.
///
/// Source: Hou & Wang 2019, AAAI, §3.2–3.3 (weighted channel dropout).
public struct WeightedChannel: ActivationDropout {
  /// The `type` of its entries.
  public let name = "weighted_channel"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Drops channels by a probability that depends on their mean activation", .hou2019)
  /// Inverted, which divides by the kept share of activation, or none.
  public var scalings: [DropoutScaling] { [.inverted, .none] }

  /// Size 1 along height, width and time.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    try site.requireMaps(for: name)
    return site.maskShape(batch: batch) { $0.isSpatial }
  }

  /// y = m⊙x·Σs/Σ(m⊙s).
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let (batch, channels) = (x.shape[0], x.shape[x.rank - 1])
    let score = try x.stopGradient().maximum(0).mean(axes: Array(1..<x.rank - 1))
    let numbers = try draw.uniform().reshape([draw.maskShape[0], draw.maskShape[x.rank - 1]])
    // The order of u^(1/s) is that of log u/s. A channel without activation comes last.
    let key = try numbers.log() / score.maximum(1e-20)
    let most = try ((1 - draw.rate) * Float(channels) - 0.5).maximum(0)
    let isKept = try key.rankFromLargest().lessOrEqual(most)
    let shape = [batch] + x.shape.dropFirst().dropLast().map { _ in 1 } + [channels]
    var scaled = x
    if draw.scaling == .inverted {
      let kept = try (isKept * score).sum(axes: [1])
      let scale = try kept.greater(than: 0).select(score.sum(axes: [1]) / kept, 1)
      scaled = try x * scale.reshape([batch] + shape.dropFirst().map { _ in 1 })
    }
    return try isKept.reshape(shape).select(scaled, 0)
  }
}

extension Tensor {
  /// The rank of each element of [N, C] in its row: how many elements are larger. Of equal
  /// elements, the first counts as larger. A row 5 7 5 gives 1 0 2.
  fileprivate func rankFromLargest() throws -> Tensor {
    let (rows, count) = (shape[0], shape[1])
    let own = try reshape([rows, count, 1])
    let other = try reshape([rows, 1, count])
    let isBefore = try graph.add(.iota(axis: 2), shape: [1, 1, count])
      .less(than: graph.add(.iota(axis: 1), shape: [1, count, 1]))
    return try (own.less(than: other) + own.equal(to: other) * isBefore).sum(axes: [2])
  }
}
