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

/// A learned scale and shift for each channel: of all classes alike, or with an addition for each class.
///
/// Additions are 0 at first, so that an example without a class has the scale and shift that all share.
///
/// Source: de Vries et al. 2017, "Modulating early visual processing by language", arXiv:1707.00683, eq. 5.
struct ChannelAffine: Sendable {
  let scale: Parameter
  let shift: Parameter
  /// What each class adds, [K, C]; nil where classes are not told apart.
  let ofClasses: (scale: ClassEmbedding, shift: ClassEmbedding)?

  /// - Parameter classes: Number of classes that are told apart; nil for none.
  init(_ address: String, channels: Int, classes: Int?, initialization: Initialization) {
    scale = Parameter(
      address + ".weight", shape: [channels], initializer: initialization.scale)
    shift = Parameter(address + ".bias", shape: [channels], initializer: .zeros)
    func addition(_ name: String, _ classes: Int) -> ClassEmbedding {
      ClassEmbedding("\(address).class_\(name)", classes: classes, size: channels, .zeros)
    }
    ofClasses = classes.map { (addition("scale", $0), addition("shift", $0)) }
  }

  var parameters: [Parameter] {
    [scale, shift] + (ofClasses.map { $0.scale.parameters + $0.shift.parameters } ?? [])
  }

  func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    func value(_ shared: Parameter, _ addition: ClassEmbedding?) throws -> Tensor {
      let shared = try forward.value(of: shared)
      guard let addition else { return shared }
      let own = try addition.rows(of: forward)
      let places = [Int](repeating: 1, count: x.rank - 2)
      return try own.reshape(own.shape.prefix(1) + places + own.shape.suffix(1)) + shared
    }
    return try x * value(scale, ofClasses?.scale) + value(shift, ofClasses?.shift)
  }
}
