internal import Complaints
public import Autodiff
internal import Specification

/// Transposed convolution over one or two spatial axes, as `nn.ConvTranspose1d` and
/// `nn.ConvTranspose2d`, channels last.
public struct TransposedConvolution: Layer {
  /// The layer's address in the model.
  public let address: String
  let weight: ContractionWeight
  let bias: Parameter?
  let geometry: ConvolutionGeometry
  let outputPadding: [Int]

  /// A transposed convolution.
  ///
  /// - Parameters:
  ///   - inputs: Input channels.
  ///   - outputs: Output channels.
  ///   - kernel: Kernel sizes, one for each spatial axis.
  ///   - geometry: Stride, padding and dilation of the convolution whose input gradient this is.
  ///   - outputPadding: Places added at the high end of each axis of the output, fewer than the
  ///     stride; nil for none.
  public init(
    _ address: String, inputs: Int, outputs: Int, kernel: [Int], geometry: ConvolutionGeometry,
    outputPadding: [Int]? = nil, bias: Bool = true, initialization: Initialization = .pyTorch,
    spectral: Bool = false
  ) {
    // PyTorch takes the fan-in of [in, out, kernel…] from the second axis.
    let fanIn = outputs * kernel.elementCount
    self.address = address
    self.geometry = geometry
    self.outputPadding = outputPadding ?? kernel.map { _ in 0 }
    weight = ContractionWeight(
      address, shape: [inputs, outputs] + kernel, initializer: initialization.weight(fanIn: fanIn),
      spectral: spectral, outputAxis: 1)
    self.bias =
      bias
      ? Parameter(
        address + ".bias", shape: [outputs], initializer: initialization.bias(fanIn: fanIn)) : nil
  }

  /// The weight, the two vectors of spectral normalisation (if used) and the bias (if any).
  public var parameters: [Parameter] { weight.parameters + (bias.map { [$0] } ?? []) }

  /// Maps x of shape [N, spatial…, inputs] to [N, out…, outputs], where
  /// out = (in − 1)·stride − padding + dilation·(kernel − 1) + 1 + output padding.
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    let kernel = weight.parameter.shape.dropFirst(2)
    try check(x, rank: kernel.count + 2...kernel.count + 2, last: weight.parameter.shape[0])
    try ModelError.require(
      outputPadding.count == kernel.count
        && zip(outputPadding, geometry.stride).allSatisfy { $0 >= 0 && $0 < $1 },
      address, expected: "output padding below the stride \(geometry.stride)",
      found: "\(outputPadding)")
    let sizes = kernel.enumerated().map { axis, size in
      (x.shape[axis + 1] - 1) * geometry.stride[axis] + geometry.dilation[axis] * (size - 1) + 1
        + outputPadding[axis] - geometry.paddingLow[axis] - geometry.paddingHigh[axis]
    }
    return try forward.contract(
      address, x, weight: weight.value(forward),
      axes: [.inputs, .outputs] + kernel.map { _ in .kernel },
      rowsPerExample: x.shape.dropFirst().dropLast().reduce(1, *), bias: bias
    ) { [geometry] in try $0.transposedConvolution($1, geometry, sizes: sizes) }
  }
}
