import Autodiff

/// A convolution of stride 1 along the last axis, rewritten as two convolutions with half the kernel each.
///
/// Both halves include the tap `middle`, for which a place of y reads the place of x with the same index. So
/// the first half needs no padding after x, unless y is longer than x, and the second none before it.
///
/// The input gradient for a kernel of 5 taps with padding 2
///
///     %2 = convolutionInputGradient(dy, w [3, 2, 5]; padding [2][2])
///
/// becomes a sum. The shared tap is zero in the second half:
///
///     %2 = convolutionInputGradient(dy, slice(w; from [0, 0, 0]) [3, 2, 3]; padding [2][0])
///     %3 = convolutionInputGradient(dy, pad(slice(w; from [0, 0, 3]) [3, 2, 2]; at [0, 0, 1]) [3, 2, 3];
///                                   padding [0][2])
///     %4 = add(%2, %3)
///
/// The weight gradient
///
///     %2 = convolutionWeightGradient(x, dy; padding [2][2]) [3, 2, 5]
///
/// becomes a concatenation. The shared tap comes from the first half:
///
///     %2 = convolutionWeightGradient(x, dy; padding [2][0]) [3, 2, 3]
///     %3 = convolutionWeightGradient(x, dy; padding [0][2]) [3, 2, 3]
///     %4 = concatenate(%2, slice(%3; from [0, 0, 1]) [3, 2, 2]) [3, 2, 5]
struct ConvolutionHalves {
  private let geometry: ConvolutionGeometry
  private let kernel: Int
  /// Index of the tap that both halves include.
  private let middle: Int

  /// - Returns: nil where the last axis has a stride or a dilation above 1, where the shared tap would be the
  ///   first or the last one, or where y is shorter than x, which would need negative padding.
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

  /// Padding after x in the first half: as much as y is longer than x.
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

  /// The halves of a weight. The shared tap keeps its value in the first half and is zero in the second.
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
