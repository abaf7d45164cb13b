internal import Complaints
public import Autodiff

/// A linear map of whole images (or sounds): `nn.Flatten` then `nn.Linear`.
///
/// The columns of its weight are in PyTorch's order, channels outermost, while x has channels last.
/// The smaller of the two is reordered: the weight where it has fewer rows than the batch has
/// examples, else x.
public struct LinearFromImage: Layer {
  private let linear: Linear
  private let image: Shape

  /// A linear map.
  ///
  /// - Parameters:
  ///   - image: Sizes of one example, [H, W, C] or [T, C].
  ///   - outputs: Size of the output's last axis.
  public init(
    _ address: String, image: Shape, outputs: Int, bias: Bool = true,
    initialization: Initialization = .pyTorch, spectral: Bool = false
  ) {
    self.image = image
    linear = Linear(
      address, inputs: image.elementCount, outputs: outputs, bias: bias,
      initialization: initialization, spectral: spectral)
  }

  /// The layer's address in the model.
  public var address: String { linear.address }
  /// The arrays of the linear layer inside.
  public var parameters: [Parameter] { linear.parameters }

  /// Maps x of shape [N, H, W, C] or [N, T, C] to [N, outputs].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try ModelError.require(
      Array(x.shape.dropFirst()) == image, address, expected: "examples of shape \(image)",
      found: "\(x.shape)")
    let weight = try linear.weight.value(forward)
    let outputs = weight.shape[0]
    if outputs < x.shape[0] {
      let columns = try weight.reshape([outputs, image.elementCount]).channelsLast(image)
      return try linear.product(
        x.reshape([x.shape[0], image.elementCount]), columns.flattened(), forward)
    }
    return try linear.product(x.channelsFirst().flattened(), weight, forward)
  }
}

/// A linear map to whole images (or sounds): `nn.Linear` then `nn.Unflatten` to channels, height and
/// width; the result is channels last as everywhere.
public struct LinearToImage: Layer {
  private let linear: Linear
  private let image: Shape

  /// A linear map.
  ///
  /// - Parameters:
  ///   - inputs: Size of the input's last axis.
  ///   - image: Sizes of one example of the output, [H, W, C] or [T, C].
  public init(
    _ address: String, inputs: Int, image: Shape, bias: Bool = true,
    initialization: Initialization = .pyTorch, spectral: Bool = false
  ) {
    self.image = image
    linear = Linear(
      address, inputs: inputs, outputs: image.elementCount, bias: bias,
      initialization: initialization, spectral: spectral)
  }

  /// The layer's address in the model.
  public var address: String { linear.address }
  /// The arrays of the linear layer inside.
  public var parameters: [Parameter] { linear.parameters }

  /// Maps x of shape [N, inputs] to [N, H, W, C] or [N, T, C].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    let y = try linear.output(of: x, in: forward)
    let result = try y.channelsLast(image)
    forward.dropout.variances[result.id] = try forward.dropout.variances[y.id]?.channelsLast(image)
    return result
  }
}

extension Tensor {
  /// Moves the channels next to the batch: [N, spatial…, C] → [N, C, spatial…].
  func channelsFirst() throws -> Tensor {
    let channelsFirst = [shape[0], shape[rank - 1]] + shape[1..<rank - 1]
    if shape[rank - 1] == 1 { return try reshape(channelsFirst) }
    return try transpose([0, rank - 1] + Array(1..<rank - 1))
  }

  /// Splits rows of C·spatial numbers, channels outermost, into [rows, spatial…, C].
  func channelsLast(_ example: Shape) throws -> Tensor {
    let channels = example[example.count - 1]
    if channels == 1 { return try reshape([shape[0]] + example) }
    let rank = example.count + 1
    return try reshape([shape[0], channels] + example.dropLast())
      .transpose([0] + Array(2..<rank) + [1])
  }

  /// Joins all axes after the first, such as [8, 4, 4, 2] → [8, 32].
  func flattened() throws -> Tensor {
    try reshape([shape[0], shape.dropFirst().reduce(1, *)])
  }
}
