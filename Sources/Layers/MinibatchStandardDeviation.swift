public import Autodiff

/// Appends a channel (or feature) that tells how much the examples of a batch differ, so that a discriminator sees
/// when a generator makes the same example again and again: √(variance + 1e-8) over the batch, of each feature
/// at each place, averaged over features and places; the same number for all.
///
/// The batch is not divided into groups, so that any size will do. Scores of examples must not depend on the
/// examples beside them, so sampling uses a running mean of the number (momentum 0.1, as batch norm's) over all
/// that the network has seen in training.
///
/// Source: Karras et al. 2018, arXiv:1710.10196, §3; the 1e-8 is that of its code.
public struct MinibatchStandardDeviation: Layer {
  /// The layer's address in the model.
  public let address: String
  let running: Parameter
  private let epsilon: Float = 1e-8

  /// A layer without trainable values.
  public init(_ address: String) {
    self.address = address
    running = Parameter(
      address + ".running_deviation", shape: [1], initializer: .ones, isTrainable: false)
  }

  /// The running mean.
  public var parameters: [Parameter] { [running] }

  /// Maps x of shape [N, …, C] to [N, …, C + 1].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    let deviation = try deviation(of: x, forward)
    let channel = try deviation.reshape(x.shape.map { _ in 1 })
      .broadcast(to: x.shape.dropLast() + [1])
    return try .concatenate([x, channel], axis: x.rank - 1)
  }

  /// The number, of one element.
  private func deviation(of x: Tensor, _ forward: Forward) throws -> Tensor {
    guard forward.mode == .training else { return try forward.value(of: running) }
    let centred = try x - x.mean(axes: [0], keepingAxes: true)
    let variance = try centred.squared().mean(axes: [0], keepingAxes: true)
    let deviation = try (variance + epsilon).sqrt().mean()
    try forward.move(running, towards: deviation)
    return deviation
  }
}
