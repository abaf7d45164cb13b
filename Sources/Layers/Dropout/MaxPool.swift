public import Glossary
public import Autodiff
public import Specification

/// Drops places inside the windows of a max pooling before the maximum is taken; a window of which
/// all places are dropped gives 0.
///
/// Mask: one number for each element of every example. Sampling: probability-weighted pooling, the mean
/// over masks: Σᵢ pᵢ·aᵢ over a window's values in ascending order, pᵢ = q·rate^(n−i).
///
/// Source: Wu & Gu 2015, arXiv:1512.01400, §3.
public struct MaxPool: PoolingDropout {
  /// The `type` of its entries.
  public let name = "max_pool"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Drops elements of pooling windows before the maximum is taken", .wu2015)
  /// No scaling: a maximum is not a sum.
  public var scalings: [DropoutScaling] { [.none] }
  /// Max pooling only.
  public var pooling: Pooling? { .max }

  /// The largest kept value.
  public func apply(
    to windows: PoolingWindows, by pooling: Pooling, _ draw: DropoutDraw
  ) throws -> Tensor {
    let none = -Float.greatestFiniteMagnitude
    let largest = try draw.keepMask().select(windows.tensor, none).max(axes: windows.axes)
    return try largest.greater(than: none).select(largest, 0)
  }

  /// Σ pᵢ·aᵢ.
  public func pass(
    _ windows: PoolingWindows, by pooling: Pooling, _ draw: DropoutDraw
  ) throws -> Tensor {
    let values = try windows.places(windows.tensor)
    // A rate of 0 must give p = 1 for the largest value, which 0·log 0 would not.
    let base = try draw.rate.maximum(1e-30).log()
    let terms = try zip(values, larger(values)).map { value, count in
      try value * (count * base).exp()
    }
    return try terms.sum() * (1 - draw.rate)
  }

  /// Counts, for each value, the others that are larger. Of equal values the first counts as larger.
  private func larger(_ values: [Tensor]) throws -> [Tensor] {
    var counts = values.indices.map { _ in values[0].graph.constant(0) }
    for second in values.indices {
      for first in 0..<second {
        let isSecondLarger = try values[first].less(than: values[second])
        counts[first] = try counts[first] + isSecondLarger
        counts[second] = try counts[second] + (1 - isSecondLarger)
      }
    }
    return counts
  }
}
