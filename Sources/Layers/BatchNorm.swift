internal import Complaints
public import Autodiff

/// Normalises every channel (or feature) over the batch and the spatial axes, as `nn.BatchNorm1d` and
/// `nn.BatchNorm2d` with their default momentum 0.1 and ε 1e-5.
///
/// Training normalises by the batch's mean and biased variance and moves the running statistics
/// towards the batch's mean and unbiased variance. Sampling uses the running statistics.
///
/// Source: Ioffe & Szegedy 2015, arXiv:1502.03167, algorithms 1 and 2.
public struct BatchNorm: Layer {
  /// The layer's address in the model.
  public let address: String
  let affine: ChannelAffine
  let runningMean: Parameter
  let runningVariance: Parameter

  /// A normalisation of `channels` channels.
  ///
  /// - Parameter classes: Number of classes that have scales and shifts of their own; nil for none.
  public init(
    _ address: String, channels: Int, classes: Int? = nil,
    initialization: Initialization = .pyTorch
  ) {
    self.address = address
    affine = ChannelAffine(
      address, channels: channels, classes: classes, initialization: initialization)
    runningMean = Parameter(
      address + ".running_mean", shape: [channels], initializer: .zeros, isTrainable: false)
    runningVariance = Parameter(
      address + ".running_var", shape: [channels], initializer: .ones, isTrainable: false)
  }

  /// Scale and shift, then the running mean and variance.
  public var parameters: [Parameter] { affine.parameters + [runningMean, runningVariance] }

  /// Normalises x of shape [N, C], [N, T, C] or [N, H, W, C].
  ///
  /// - Throws: `ModelError` when x has another shape, or, in training, only one value for each
  ///   channel.
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    let channels = affine.scale.shape[0]
    try check(x, rank: 2...4, last: channels)
    guard forward.mode == .training else {
      let variance = try forward.value(of: runningVariance)
      forward.batchNorms.append(
        BatchNormRecord(address: address, input: x, runningVariance: variance))
      let centred = try x - forward.value(of: runningMean)
      return try affine(centred * (1 / (variance + normalizationEpsilon).sqrt()), forward)
    }
    let count = x.shape.elementCount / channels
    try ModelError.require(
      count > 1, address, expected: "more than one value a channel", found: "\(x.shape)")
    let normalized = try x.normalized(over: Array(0..<x.rank - 1))
    let unbiased = try normalized.variance * (Float(count) / Float(count - 1))
    try forward.move(runningMean, towards: normalized.mean)
    try forward.move(runningVariance, towards: unbiased)
    return try affine(normalized.value, forward)
  }
}

/// What a batch norm is given, beside the statistics that it uses.
public struct BatchNormRecord {
  /// The norm's address.
  public let address: String
  /// Its input, [N, …, C].
  public let input: Tensor
  /// The variance that it divides by, [C].
  public let runningVariance: Tensor

  /// The variance of the input over examples and places, [C], unbiased as the running one is.
  public func inputVariance() throws -> Tensor {
    let count = Float(input.shape.elementCount / runningVariance.shape.elementCount)
    let variance = try input.normalized(over: Array(0..<input.rank - 1)).variance
    return try variance.reshape(runningVariance.shape) * (count / (count - 1))
  }
}
