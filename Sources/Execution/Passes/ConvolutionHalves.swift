import Autodiff

/// A convolution of stride 1 as the sum of two with half the kernel along the last axis. Both halves
/// hold the tap at distance `padding`, so that neither reaches outside x on its inner side.
struct ConvolutionHalves {
  private let geometry: ConvolutionGeometry
  private let kernel: Int
  /// The tap that both halves hold.
  private let middle: Int

  /// - Returns: nil where the kernel cannot be cut so, or x would become shorter than what is read of it.
  init?(_ convolution: ConvolutionShape) {
    let (geometry, x, y) = (convolution.geometry, convolution.x, convolution.y)
    let axis = geometry.stride.count - 1
    kernel = convolution.w[convolution.w.count - 1]
    middle = geometry.paddingLow[axis]
    guard geometry.stride[axis] == 1, geometry.dilation[axis] == 1, y[axis + 1] >= x[axis + 1],
      middle > 0, middle < kernel - 1
    else { return nil }
    self.geometry = geometry
    outer = y[axis + 1] - x[axis + 1]
  }

  /// Padding after x that the first half needs.
  private let outer: Int

  private var geometries: [ConvolutionGeometry] {
    let axis = geometry.stride.count - 1
    var (first, second) = (geometry, geometry)
    first.paddingHigh[axis] = outer
    second.paddingLow[axis] = 0
    return [first, second]
  }

  /// The shapes of the halves of a weight, each with its geometry.
  func shapes(of w: Shape) -> [(shape: Shape, geometry: ConvolutionGeometry)] {
    let sizes = [middle + 1, kernel - middle]
    return zip(sizes, geometries).map { (Array(w.dropLast()) + [$0], $1) }
  }

  /// The halves of a weight; the tap in both counts in the first.
  func parts(of w: Tensor) throws -> [(weight: Tensor, geometry: ConvolutionGeometry)] {
    let axis = w.rank - 1
    let first = try w.slice(axis: axis, 0..<middle + 1)
    let rest = try w.slice(axis: axis, middle + 1..<kernel)
    let second = try rest.pad(
      low: w.shape.indices.map { $0 == axis ? 1 : 0 }, to: w.shape.dropLast() + [kernel - middle])
    return Array(zip([first, second], geometries)).map { (weight: $0, geometry: $1) }
  }

  /// The gradient of a weight from those of its halves.
  func joined(_ parts: [Tensor]) throws -> Tensor {
    let axis = parts[0].rank - 1
    return try Tensor.concatenate(
      [parts[0], parts[1].slice(axis: axis, 1..<kernel - middle)], axis: axis)
  }
}
