public import Glossary
public import Autodiff
public import Specification

/// Pools a share `rate` of the windows by picking one of their values at random, value aᵢ with
/// probability pᵢ = max(aᵢ, 0)/Σ max(a, 0). The other windows are pooled as the layer does without dropout.
///
/// The paper pools all windows so, as a rate close to 1 does here. In a window without a positive
/// value all values have equal probability. The gradient goes to the value that was picked.
///
/// Mask: two numbers for each window and channel of every example. Sampling: the mean over picks,
/// rate·Σ pᵢ·aᵢ + q·pool(a).
///
/// Source: Zeiler & Fergus 2013, arXiv:1301.3557, §3. The share is added here, so that rate 0 is no
/// dropout and schedules have a meaning.
public struct StochasticPool: PoolingDropout {
  /// The `type` of its entries.
  public let name = "stochastic_pool"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Picks an element of a pooling window at random, by its size", .zeiler2013)
  /// No scaling: a window gives one of its values or its usual result.
  public var scalings: [DropoutScaling] { [.none] }
  /// Any pooling.
  public var pooling: Pooling? { nil }

  /// One number for each window and channel.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape { [batch] + site.example }

  /// Picks a value in each chosen window and pools the other windows.
  public func apply(
    to windows: PoolingWindows, by pooling: Pooling, _ draw: DropoutDraw
  ) throws -> Tensor {
    let values = try windows.places(windows.tensor)
    let weights = try weights(of: values)
    var sums = [weights[0]]
    for weight in weights.dropFirst() { sums.append(try sums[sums.count - 1] + weight) }
    let threshold = try draw.uniform("pick") * sums[sums.count - 1]
    var picked = values[values.count - 1]
    for (value, sum) in zip(values, sums).dropLast().reversed() {
      picked = try threshold.less(than: sum).select(value, picked)
    }
    return try draw.keepMask().select(pooling(windows), picked)
  }

  /// rate·Σ pᵢ·aᵢ + q·pool(a).
  public func pass(
    _ windows: PoolingWindows, by pooling: Pooling, _ draw: DropoutDraw
  ) throws -> Tensor {
    let values = try windows.places(windows.tensor)
    let weights = try weights(of: values)
    let products = try zip(values, weights).map { try $0 * $1 }
    let mean = try products.sum() / weights.sum()
    let plain = try pooling(windows)
    return try plain + draw.rate * (mean - plain)
  }

  /// The weight of each value in the pick: max(aᵢ, 0), or 1 in a window without a positive value.
  private func weights(of values: [Tensor]) throws -> [Tensor] {
    let positive = try values.map { try $0.maximum(0) }
    let isAny = try positive.sum().greater(than: 0)
    return try positive.map { try isAny.select($0, 1) }
  }
}
