public import Autodiff
internal import Specification

/// y = x Wᵀ + b, as `nn.Linear`.
public struct Linear: Layer {
  /// The layer's address in the model.
  public let address: String
  let weight: ContractionWeight
  let bias: Parameter?

  /// A linear map.
  ///
  /// - Parameters:
  ///   - inputs: Size of the input's last axis.
  ///   - outputs: Size of the output's last axis.
  ///   - spectral: True to divide the weight by its largest singular value.
  public init(
    _ address: String, inputs: Int, outputs: Int, bias: Bool = true,
    initialization: Initialization = .pyTorch, spectral: Bool = false
  ) {
    self.address = address
    weight = ContractionWeight(
      address, shape: [outputs, inputs], initializer: initialization.weight(fanIn: inputs),
      spectral: spectral)
    self.bias =
      bias
      ? Parameter(
        address + ".bias", shape: [outputs], initializer: initialization.bias(fanIn: inputs)) : nil
  }

  /// The weight, the two vectors of spectral normalisation (if used) and the bias (if any).
  public var parameters: [Parameter] { weight.parameters + (bias.map { [$0] } ?? []) }

  /// Maps x of shape [N, inputs] to [N, outputs].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try check(x, rank: 2...2, last: weight.parameter.shape[1])
    return try product(x, weight.value(forward), forward)
  }

  func product(_ x: Tensor, _ weight: Tensor, _ forward: Forward) throws -> Tensor {
    try forward.contract(
      address, x, weight: weight, axes: [.outputs, .inputs], rowsPerExample: 1, bias: bias
    ) { try $0.matmul($1, transposeOther: true) }
  }

  /// Fixes the weight, with the parts of it that dropout zeroes, for several uses of the map.
  ///
  /// - Parameter uses: Applications of the map to each example.
  /// - Returns: A function that maps [N, inputs] to [N, outputs].
  public func shared(uses: Int, in forward: Forward) throws -> (Tensor) throws -> Tensor {
    let value = try forward.sharedWeight(
      address, weight.value(forward), axes: [.outputs, .inputs], uses: uses)
    let bias = try bias.map { try forward.value(of: $0) }
    var isRecorded = false
    return { x in
      try forward.noteUse(of: x, by: parameters)
      let product = try x.matmul(value, transposeOther: true)
      let y = try bias.map { try product + $0 } ?? product
      if !isRecorded { forward.record(self, output: y, steps: uses) }
      isRecorded = true
      return y
    }
  }
}
