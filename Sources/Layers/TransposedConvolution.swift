internal import Complaints
public import Autodiff
internal import Specification

/// Transposed convolution over one or two spatial axes, as `nn.ConvTranspose1d` and
/// `nn.ConvTranspose2d`, channels last.
public struct TransposedConvolution: Layer {
  /// Where it is in the model.
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
  ///   - kernel: Kernel sizes, one a spatial axis.
  ///   - geometry: That of the convolution whose input gradient this is.
  ///   - outputPadding: Added to the output's sizes at the high end; below the stride.
  public init(
    _ address: String, inputs: Int, outputs: Int, kernel: [Int], geometry: ConvolutionGeometry,
    outputPadding: [Int]? = nil, bias: Bool = true, initialization: Initialization = .pyTorch,
    spectral: Bool = false
  ) {
    // PyTorch counts the fan of [in, out, kernel…] from its second axis.
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

  /// Its arrays.
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
