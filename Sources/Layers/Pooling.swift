public import Autodiff

/// Pooling over windows that do not overlap, and its inverse, for [N, T, C] and [N, H, W, C].
public enum Pooling: Sendable {
  /// The largest value of each window, as `nn.MaxPool2d(size)`; ties share the gradient equally.
  case max
  /// The mean of each window, as `nn.AvgPool2d(size)`.
  case average

  /// Shrinks every spatial axis by `size`.
  ///
  /// - Throws: `ModelError` unless `size` divides the spatial sizes.
  public func callAsFunction(_ x: Tensor, size: Int) throws -> Tensor {
    let spatial = x.shape.dropFirst().dropLast()
    try ModelError.require(
      (3...4).contains(x.rank) && size > 0 && spatial.allSatisfy { $0 % size == 0 },
      place(x, "pooling"), expected: "[N, T, C] or [N, H, W, C] with places divisible by \(size)",
      found: "\(x.shape)")
    let windows = try x.reshape(
      [x.shape[0]] + spatial.flatMap { [$0 / size, size] } + x.shape.suffix(1))
    let axes = spatial.indices.map { 2 * $0 }
    switch self {
    case .max: return try windows.max(axes: axes)
    case .average: return try windows.mean(axes: axes)
    }
  }
}

/// Repeats every place `factor` times along each spatial axis, as `nn.Upsample` with mode nearest.
///
/// - Throws: `ModelError` unless x is [N, T, C] or [N, H, W, C] and the factor is positive.
public func upsampledNearest(_ x: Tensor, factor: Int) throws -> Tensor {
  try ModelError.require(
    (3...4).contains(x.rank) && factor > 0, place(x, "upsampling"),
    expected: "[N, T, C] or [N, H, W, C] and a positive factor",
    found: "\(x.shape) and \(factor)")
  let spatial = x.shape.dropFirst().dropLast()
  func sizes(_ repeats: Int) -> Shape {
    [x.shape[0]] + spatial.flatMap { [$0, repeats] } + x.shape.suffix(1)
  }
  return try x.reshape(sizes(1)).broadcast(to: sizes(factor))
    .reshape([x.shape[0]] + spatial.map { $0 * factor } + x.shape.suffix(1))
}

private func place(_ x: Tensor, _ operation: String) -> String {
  x.graph.currentScope.isEmpty ? operation : x.graph.currentScope + ": " + operation
}
