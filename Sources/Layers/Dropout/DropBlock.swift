public import Glossary
internal import Complaints
public import Autodiff
public import Specification

/// Zeroes blocks of b×b places (b places of a sound) of a channel and divides the rest by the share
/// that is kept: y = m⊙x·|m|/Σm.
///
/// A block begins at each place where it fits with probability γ = rate·HW/(b²(H−b+1)(W−b+1)), or
/// rate·T/(b(T−b+1)) in a sound. Blocks overlap, so somewhat less than `rate` is dropped.
///
/// Mask: one for each channel of every example, which the paper found better than one for all
/// channels (`share: [channels]`). The kept share is that of the mask of the whole batch, as in the
/// paper's algorithm and torchvision. Sampling: y = x.
///
/// Source: Ghiasi et al. 2018, arXiv:1810.12890, algorithm 1 and eq. 1.
public struct DropBlock: ActivationDropout {
  /// The `type` of its entries.
  public let name = "dropblock"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Zeroes square regions of feature maps", .ghiasi2018)
  /// Inverted, which divides by the kept share, or none.
  public var scalings: [DropoutScaling] { [.inverted, .none] }
  /// `block`: places of a block along each spatial axis.
  public var options: [DropoutOption] { [DropoutOption("block", default: 3, in: 1...63)] }

  /// One number for each place that a block can begin at.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    try site.requireMaps(for: name)
    let block = Int(options["block"])
    let places = zip(site.axes.dropFirst(), site.example)
    for (axis, size) in places where axis.isSpatial && size < block {
      throw ModelError(
        site.address, expected: "\(block) places or more along \(axis.rawValue) for a block",
        found: "\(size)")
    }
    return [batch] + places.map { $0.isSpatial ? $1 - block + 1 : $1 }
  }

  /// y = m⊙x·|m|/Σm. A dropped element is 0 even where x is infinite or NaN.
  public func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    let block = Int(draw.options["block"])
    let spatial = draw.site.axes.indices.filter { draw.site.axes[$0].isSpatial }
    let seedShare = spatial.reduce(Float(1)) {
      $0 * Float(x.shape[$1]) / Float(block * draw.maskShape[$1])
    }
    var dropped = try draw.uniform().less(than: draw.rate * seedShare)
    for axis in spatial.reversed() { dropped = try dropped.spread(over: block, axis: axis) }
    return try dropped.select(draw.graph.constant(0), rescaled(x, dropped, draw))
  }

  private func rescaled(_ x: Tensor, _ dropped: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    guard draw.scaling == .inverted else { return x }
    let count = Float(dropped.shape.elementCount)
    return try x * (count / (count - dropped.sum()).maximum(1))
  }
}

extension Tensor {
  /// Spreads each element over `block` places along `axis`, which grows by `block` − 1; the largest
  /// wins. With blocks of 3, 1 0 0 becomes 1 1 1 0 0.
  fileprivate func spread(over block: Int, axis: Int) throws -> Tensor {
    if block == 1 { return self }
    let size = shape[axis] + block - 1
    var low = shape.map { _ in 0 }
    var sizes = shape
    low[axis] = block - 1
    sizes[axis] = size + block - 1
    let padded = try pad(low: low, to: sizes)
    return try (1..<block).reduce(padded.slice(axis: axis, 0..<size)) {
      try $0.maximum(padded.slice(axis: axis, $1..<size + $1))
    }
  }
}
