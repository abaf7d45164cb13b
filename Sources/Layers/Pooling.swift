internal import Complaints
public import Autodiff
public import Specification

extension Pooling {
  /// Pools each window, as `nn.MaxPool2d(size)` (but with ties sharing the gradient equally) or
  /// `nn.AvgPool2d(size)`.
  public func callAsFunction(_ windows: PoolingWindows) throws -> Tensor {
    switch self {
    case .max: try windows.tensor.max(axes: windows.axes)
    case .average: try windows.tensor.mean(axes: windows.axes)
    }
  }

  /// Shrinks every spatial axis of [N, T, C] or [N, H, W, C] by `size`.
  ///
  /// - Throws: `ModelError` unless `size` divides the spatial sizes.
  public func callAsFunction(_ x: Tensor, size: Int) throws -> Tensor {
    try self(PoolingWindows(x, size: size))
  }
}

/// The windows of a pooling.
public struct PoolingWindows {
  /// The values, [N, H/s, s, W/s, s, C] or [N, T/s, s, C] for windows of s places along each axis.
  public let tensor: Tensor
  /// The axes of `tensor` that count places in a window.
  public let axes: [Int]

  /// Cuts x of shape [N, H, W, C] or [N, T, C] into windows of `size` places along each axis.
  ///
  /// - Throws: `ModelError` unless `size` divides the spatial sizes.
  public init(_ x: Tensor, size: Int) throws {
    let spatial = x.shape.dropFirst().dropLast()
    try ModelError.require(
      (3...4).contains(x.rank) && size > 0 && spatial.allSatisfy { $0 % size == 0 },
      x.place(of: "pooling"),
      expected: "[N, T, C] or [N, H, W, C] with places divisible by \(size)",
      found: "\(x.shape)")
    tensor = try x.reshape(
      [x.shape[0]] + spatial.flatMap { [$0 / size, size] } + x.shape.suffix(1))
    axes = spatial.indices.map { 2 * $0 }
  }

  /// The shape after pooling.
  public var pooledShape: Shape {
    tensor.shape.indices.filter { !axes.contains($0) }.map { tensor.shape[$0] }
  }

  /// Splits x, of the shape of `tensor`, into one tensor for each place in a window, of shape
  /// `pooledShape`. Windows of 2×2 give four tensors.
  public func places(_ x: Tensor) throws -> [Tensor] {
    var offsets: [[Int]] = [x.shape.map { _ in 0 }]
    for axis in axes {
      offsets = offsets.flatMap { start in
        (0..<x.shape[axis]).map { place in
          var next = start
          next[axis] = place
          return next
        }
      }
    }
    let sizes = x.shape.enumerated().map { axes.contains($0) ? 1 : $1 }
    return try offsets.map { try x.slice(from: $0, shape: sizes).reshape(pooledShape) }
  }
}
