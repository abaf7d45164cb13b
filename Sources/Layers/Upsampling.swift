internal import Complaints
public import Autodiff
public import Specification

extension Upsampling {
  /// Raises the resolution of x, [N, T, C] or [N, H, W, C], `factor` times along each spatial axis. Transposed
  /// convolutions do it by themselves.
  public func callAsFunction(_ x: Tensor, factor: Int) throws -> Tensor {
    switch self {
    case .nearest: try upsampledNearest(x, factor: factor)
    case .bilinear: try upsampledLinear(x, factor: factor)
    case .transposed: preconditionFailure("a transposed convolution is no upsampling by itself")
    }
  }
}

/// Repeats every place `factor` times along each spatial axis, as `nn.Upsample` with mode nearest.
///
/// - Throws: `ModelError` unless x is [N, T, C] or [N, H, W, C] and the factor is positive.
public func upsampledNearest(_ x: Tensor, factor: Int) throws -> Tensor {
  try x.requireUpsampling(by: factor)
  let spatial = x.shape.dropFirst().dropLast()
  func sizes(_ repeats: Int) -> Shape {
    [x.shape[0]] + spatial.flatMap { [$0, repeats] } + x.shape.suffix(1)
  }
  return try x.reshape(sizes(1)).broadcast(to: sizes(factor))
    .reshape([x.shape[0]] + spatial.map { $0 * factor } + x.shape.suffix(1))
}

/// Interpolates `factor` places for each along each spatial axis, as `nn.Upsample` with mode linear or bilinear
/// and without `align_corners`. Places beyond the edge have the values at the edge.
///
/// - Throws: `ModelError` unless x is [N, T, C] or [N, H, W, C] and the factor is positive.
public func upsampledLinear(_ x: Tensor, factor: Int) throws -> Tensor {
  try x.requireUpsampling(by: factor)
  return try (1..<x.rank - 1).reduce(x) { try $0.interpolated(axis: $1, factor: factor) }
}

extension Tensor {
  /// Interpolates along one axis. New place k of old place i lies at i + (k + ½)/factor − ½, between two old
  /// places, and every k has the same weights for all i.
  fileprivate func interpolated(axis: Int, factor: Int) throws -> Tensor {
    let size = shape[axis]
    let (first, last) = try (slice(axis: axis, 0..<1), slice(axis: axis, size - 1..<size))
    let neighbours =
      try size > 1
      ? (slice(axis: axis, 0..<size - 1), slice(axis: axis, 1..<size)) : nil
    let pieces = try (0..<factor).map { place in
      let distance = (Float(place) + 0.5) / Float(factor) - 0.5
      guard distance != 0, let (lower, upper) = neighbours else { return self }
      let share = distance < 0 ? 1 + distance : distance
      let between = try lower * (1 - share) + upper * share
      return try Tensor.concatenate(
        distance < 0 ? [first, between] : [between, last], axis: axis)
    }
    let rows = try pieces.map { try $0.reshape(shape[...axis] + [1] + shape[(axis + 1)...]) }
    var sizes = shape
    sizes[axis] *= factor
    return try Tensor.concatenate(rows, axis: axis + 1).reshape(sizes)
  }

  fileprivate func requireUpsampling(by factor: Int) throws {
    try ModelError.require(
      (3...4).contains(rank) && factor > 0, place(of: "upsampling"),
      expected: "[N, T, C] or [N, H, W, C] and a positive factor", found: "\(shape) and \(factor)")
  }

  /// The place of an operation, for errors.
  func place(of operation: String) -> String {
    graph.currentScope.isEmpty ? operation : graph.currentScope + ": " + operation
  }
}
