public import Autodiff
public import Specification

/// A convolution of stride 1 that keeps the sizes, at a resolution that is raised before it: `nn.Upsample`, then
/// `nn.Conv1d` or `nn.Conv2d`, channels last.
///
/// Unlike those of a transposed convolution, all results sum over equally many terms, so that checkerboards
/// cannot come about by that. A repeated place is multiplied once, by the sum of the taps that meet it, so that
/// nearest upsampling costs as much as a transposed convolution.
///
/// Source: Odena et al. 2016, "Deconvolution and checkerboard artifacts", doi:10.23915/distill.00003.
public struct UpsampledConvolution: Layer {
  private let upsampling: Upsampling
  private let factor: Int
  private let convolution: Convolution

  /// An upsampling and the convolution after it.
  ///
  /// - Parameters:
  ///   - upsampling: Nearest or bilinear.
  ///   - factor: New places for each along every spatial axis.
  ///   - convolution: Without strides and dilation, with an odd kernel and half of it as padding.
  public init(_ upsampling: Upsampling, factor: Int, _ convolution: Convolution) {
    precondition(upsampling != .transposed, "transposed convolutions are layers of their own")
    let kernel = convolution.weight.parameter.shape.dropFirst(2)
    precondition(
      kernel.allSatisfy { $0 % 2 == 1 }
        && convolution.geometry
          == ConvolutionGeometry(stride: kernel.map { _ in 1 }, padding: kernel.map { $0 / 2 }),
      "a convolution that keeps the sizes")
    self.upsampling = upsampling
    self.factor = factor
    self.convolution = convolution
  }

  /// The layer's address in the model.
  public var address: String { convolution.address }
  /// The arrays of the convolution inside.
  public var parameters: [Parameter] { convolution.parameters }

  /// Maps x of shape [N, spatial…, inputs] to [N, factor·spatial…, outputs].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    guard upsampling == .nearest else {
      return try convolution.output(of: upsampling(x, factor: factor), in: forward)
    }
    let kernel = Array(convolution.weight.parameter.shape.dropFirst(2))
    try check(x, rank: kernel.count + 2...kernel.count + 2, last: convolution.inputs)
    let sizes = x.shape.dropFirst().dropLast().map { $0 * factor }
    let geometry = ConvolutionGeometry(
      stride: kernel.map { _ in factor }, padding: kernel.map { $0 / 2 })
    return try convolution.contract(x, rowsPerExample: sizes.elementCount, forward) {
      try $0.transposedConvolution(summed($1, kernel), geometry, sizes: sizes)
    }
  }

  /// The kernel [I, O, S…] of a transposed convolution of stride f that equals repeating f times and convolving
  /// with w, [O, I, K…]. Its S = K + f − 1 taps are the sums of f neighbouring taps of w, the last first:
  /// of [a, b, c] with f = 2, [c, b + c, a + b, a].
  private func summed(_ w: Tensor, _ kernel: [Int]) throws -> Tensor {
    let sizes = kernel.map { $0 + factor - 1 }
    let rows = try w.transpose([1, 0] + Array(2..<w.rank))
      .reshape([w.shape[0] * w.shape[1], kernel.elementCount])
    return try rows.matmul(meetings(w.graph, kernel, sizes))
      .reshape([w.shape[1], w.shape[0]] + sizes)
  }

  /// A matrix [K…, S…] of 1 where tap t of the convolution counts for tap s of the transposed one, else 0:
  /// where 0 ≤ s + t − (K − 1) < f along every axis.
  private func meetings(_ graph: Graph, _ kernel: [Int], _ sizes: [Int]) throws -> Tensor {
    let shape = kernel + sizes
    let axes = try kernel.indices.map { axis in
      let tap = try graph.add(.iota(axis: axis), shape: shape)
      let place = try graph.add(.iota(axis: kernel.count + axis), shape: shape)
      let distance = try tap + place - Float(kernel[axis] - 1)
      return try distance.greater(than: -0.5) * distance.less(than: Float(factor) - 0.5)
    }
    return try axes.dropFirst().reduce(axes[0], *)
      .reshape([kernel.elementCount, sizes.elementCount])
  }
}
