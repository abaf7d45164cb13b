public import Autodiff

/// Divides a contraction's weight by an estimate of its largest singular value.
///
/// Each training call makes one step of power iteration, left vector first; gradients treat the
/// vectors as constants. Sampling uses the stored vectors as they are. It equals
/// `torch.nn.utils.parametrizations.spectral_norm` with one iteration, without PyTorch's 15 extra
/// iterations when a layer is made: before the first training call the vectors are random.
///
/// Source: Miyato et al. 2018, arXiv:1802.05957, algorithm 1.
public struct SpectralNorm: Sendable {
  /// The weight that is normalised.
  public let weight: Parameter
  /// The left vector, with one element for each output.
  public let left: Parameter
  /// The right vector, with one element for each weight of an output.
  public let right: Parameter
  private let epsilon: Float = 1e-12

  /// The normalisation of `weight`.
  public init(_ weight: Parameter) {
    let outputs = weight.shape[weight.outputAxis]
    self.weight = weight
    left = Parameter(
      weight.name + "_u", shape: [outputs], initializer: .normal(mean: 0, deviation: 1),
      isTrainable: false)
    right = Parameter(
      weight.name + "_v", shape: [weight.shape.elementCount / outputs],
      initializer: .normal(mean: 0, deviation: 1), isTrainable: false)
  }

  /// The weight divided by the estimate, shaped like the weight.
  public func callAsFunction(_ forward: Forward) throws -> Tensor {
    let value = try forward.value(of: weight)
    let matrix = try matrix(value)
    if forward.mode == .training { try iterate(matrix.stopGradient(), forward) }
    let u = try forward.value(of: left).stopGradient().reshape([left.shape[0], 1])
    let v = try forward.value(of: right).stopGradient().reshape([right.shape[0], 1])
    let sigma = try (u * matrix.matmul(v)).sum()
    return try value / sigma
  }

  private func matrix(_ value: Tensor) throws -> Tensor {
    var axes = Array(value.shape.indices)
    axes.swapAt(0, weight.outputAxis)
    let outputsFirst = weight.outputAxis == 0 ? value : try value.transpose(axes)
    return try outputsFirst.reshape([left.shape[0], right.shape[0]])
  }

  private func iterate(_ matrix: Tensor, _ forward: Forward) throws {
    let v = try forward.value(of: right).reshape([right.shape[0], 1])
    let u = try unit(matrix.matmul(v))
    try forward.set(left, to: u.reshape(left.shape))
    let next = try unit(matrix.matmul(u, transposeSelf: true))
    try forward.set(right, to: next.reshape(right.shape))
  }

  private func unit(_ x: Tensor) throws -> Tensor {
    try x / x.squared().sum().sqrt().maximum(epsilon)
  }
}

/// The weight of a contraction, spectrally normalised or not.
struct ContractionWeight: Sendable {
  let parameter: Parameter
  let spectralNorm: SpectralNorm?

  init(
    _ address: String, shape: Shape, initializer: Initializer, spectral: Bool, outputAxis: Int = 0
  ) {
    parameter = Parameter(
      address + ".weight", shape: shape, initializer: initializer, isDecayed: true,
      outputAxis: outputAxis)
    spectralNorm = spectral ? SpectralNorm(parameter) : nil
  }

  var parameters: [Parameter] {
    [parameter] + (spectralNorm.map { [$0.left, $0.right] } ?? [])
  }

  func value(_ forward: Forward) throws -> Tensor {
    try spectralNorm.map { try $0(forward) } ?? forward.value(of: parameter)
  }
}
