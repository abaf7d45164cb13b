internal import Complaints
public import Autodiff
public import Specification

/// One step of a sequence whose steps pass through a site one by one.
public struct TimeStep: Sendable {
  /// The step's number, from 0.
  public let index: Int
  /// Number of steps in the sequence.
  public let count: Int

  /// Step number `index` of `count`.
  public init(_ index: Int, of count: Int) {
    self.index = index
    self.count = count
  }
}

extension Forward {
  /// Passes activations through a dropout site.
  ///
  /// - Parameters:
  ///   - place: The position in the block.
  ///   - block: Its address, such as `generator.block2`.
  ///   - x: Activations.
  ///   - axes: The meanings of the axes of `x`, batch first.
  ///   - kind: `activation`, or `residualBranch` before a branch is added.
  ///   - step: For time steps that pass one by one, in order. The time axis of `x` then has size 1,
  ///     and all steps count as one visit, so that a mask shared along time stays the same.
  /// - Returns: Same shape as `x`; `x` itself where nothing is placed.
  public func site(
    _ place: DropoutSite.Place, of block: String, _ x: Tensor, _ axes: [Axis],
    kind: DropoutSite.Kind = .activation, step: TimeStep? = nil
  ) throws -> Tensor {
    let sizes = zip(axes, x.shape).map { $0 == .time ? step?.count ?? $1 : $1 }
    let site = DropoutSite(
      place, of: block, axes: axes, example: Array(sizes.dropFirst()), kind: kind)
    return try graph.scope(site.address) {
      let visit = try visit(site, batch: x.shape[0], step: step)
      let x = try hooked(x, at: site)
      return try visit.map { try activations(x, $0) } ?? x
    }
  }

  /// Applies a variant of activations; x itself where another kind is placed.
  func activations(_ x: Tensor, _ visit: Visit) throws -> Tensor {
    guard let variant = visit.placement.variant as? any ActivationDropout else { return x }
    return visit.isDropping ? try variant.apply(to: x, visit.draw) : try variant.pass(x, visit.draw)
  }

  /// Pools over windows that do not overlap, with the site `<block>.post_pool`.
  ///
  /// - Parameters:
  ///   - x: [N, T, C] or [N, H, W, C].
  ///   - size: Places of a window along each spatial axis.
  public func pool(
    _ pooling: Pooling, _ x: Tensor, size: Int, of block: String, _ axes: [Axis]
  ) throws -> Tensor {
    let windows = try PoolingWindows(x, size: size)
    let site = DropoutSite(
      .postPool, of: block, axes: axes, example: Array(windows.pooledShape.dropFirst()),
      kind: .pooling(size: size))
    return try graph.scope(site.address) {
      guard let visit = try visit(site, batch: x.shape[0]) else {
        return try hooked(pooling(windows), at: site)
      }
      guard let variant = visit.placement.variant as? any PoolingDropout else {
        return try activations(hooked(pooling(windows), at: site), visit)
      }
      try ModelError.require(
        variant.pooling ?? pooling == pooling, "\(visit.draw.path).at",
        expected: "a pooling of kind \(variant.pooling ?? pooling) for \(variant.name)",
        found: "\(site.address), which is of kind \(pooling)")
      let pooled =
        visit.isDropping
        ? try variant.apply(to: windows, by: pooling, visit.draw)
        : try variant.pass(windows, by: pooling, visit.draw)
      return try hooked(pooled, at: site)
    }
  }
}
