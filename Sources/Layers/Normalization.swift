internal import Autodiff

/// The number added to a variance before its square root is taken, as in PyTorch.
let normalizationEpsilon: Float = 1e-5

extension Forward {
  /// Moves a running statistic a tenth of the way towards that of a batch.
  func move(_ statistic: Parameter, towards value: Tensor) throws {
    let momentum: Float = 0.1
    let batch = try value.stopGradient().reshape(statistic.shape)
    try set(statistic, to: self.value(of: statistic) * (1 - momentum) + batch * momentum)
  }
}

extension Tensor {
  /// Normalises over `axes`: (x − mean)/√(variance + ε), with the mean and biased variance used.
  func normalized(over axes: [Int]) throws -> (value: Tensor, mean: Tensor, variance: Tensor) {
    let mean = try mean(axes: axes, keepingAxes: true)
    let centred = try self - mean
    let variance = try centred.squared().mean(axes: axes, keepingAxes: true)
    let inverseDeviation = try 1 / (variance + normalizationEpsilon).sqrt()
    return (try centred * inverseDeviation, mean, variance)
  }
}

/// A learned scale and shift for each channel.
struct ChannelAffine: Sendable {
  let scale: Parameter
  let shift: Parameter

  init(_ address: String, channels: Int, initialization: Initialization) {
    scale = Parameter(
      address + ".weight", shape: [channels], initializer: initialization.scale)
    shift = Parameter(address + ".bias", shape: [channels], initializer: .zeros)
  }

  var parameters: [Parameter] { [scale, shift] }

  func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    try x * forward.value(of: scale) + forward.value(of: shift)
  }
}
