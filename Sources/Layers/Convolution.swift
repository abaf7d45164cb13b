public import Autodiff
internal import Specification

/// Convolution over one or two spatial axes, as `nn.Conv1d` and `nn.Conv2d`, channels last.
public struct Convolution: Layer {
  /// The layer's address in the model.
  public let address: String
  let weight: ContractionWeight
  let bias: Parameter?
  let geometry: ConvolutionGeometry

  /// A convolution.
  ///
  /// - Parameters:
  ///   - inputs: Input channels.
  ///   - outputs: Output channels.
  ///   - kernel: Kernel sizes, one for each spatial axis.
  ///   - geometry: Stride, padding and dilation, one for each spatial axis.
  public init(
    _ address: String, inputs: Int, outputs: Int, kernel: [Int], geometry: ConvolutionGeometry,
    bias: Bool = true, initialization: Initialization = .pyTorch, spectral: Bool = false
  ) {
    let fanIn = inputs * kernel.elementCount
    self.address = address
    self.geometry = geometry
    weight = ContractionWeight(
      address, shape: [outputs, inputs] + kernel, initializer: initialization.weight(fanIn: fanIn),
      spectral: spectral)
    self.bias =
      bias
      ? Parameter(
        address + ".bias", shape: [outputs], initializer: initialization.bias(fanIn: fanIn)) : nil
  }

  /// The weight, the two vectors of spectral normalisation (if used) and the bias (if any).
  public var parameters: [Parameter] { weight.parameters + (bias.map { [$0] } ?? []) }

  /// Maps x of shape [N, spatial…, inputs] to [N, out…, outputs].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try contract(x, rowsPerExample: x.shape.dropFirst().dropLast().reduce(1, *), forward) {
      try $0.convolution($1, geometry)
    }
  }

  /// Input channels.
  var inputs: Int { weight.parameter.shape[1] }

  /// Adds a product of x and the weight by another way than the convolution itself, and the bias.
  func contract(
    _ x: Tensor, rowsPerExample: Int, _ forward: Forward,
    _ product: @escaping (_ input: Tensor, _ weight: Tensor) throws -> Tensor
  ) throws -> Tensor {
    let weight = try weight.value(forward)
    let kernel = [Axis](repeating: .kernel, count: weight.rank - 2)
    return try forward.contract(
      address, x, weight: weight, axes: [.outputs, .inputs] + kernel,
      rowsPerExample: rowsPerExample, bias: bias, product)
  }
}
