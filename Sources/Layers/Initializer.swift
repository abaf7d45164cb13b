/// The distribution of a parameter's first values.
///
/// This is a description only. The values are drawn from the stream `init/<parameter name>`, so
/// that they do not depend on which other parameters there are.
public enum Initializer: Hashable, Sendable {
  /// All 0.
  case zeros
  /// All 1.
  case ones
  /// Normal numbers.
  case normal(mean: Float, deviation: Float)
  /// Uniform numbers in −bound…bound.
  case uniform(bound: Float)

  /// The same value for all elements.
  static func constant(_ value: Float) -> Initializer { .normal(mean: value, deviation: 0) }
}

/// A convention for the first values of a whole network.
public enum Initialization: Hashable, Sendable {
  /// PyTorch's defaults: weights and biases uniform in ±1/√fanIn, scales 1, shifts 0.
  ///
  /// Source: `torch.nn.init.kaiming_uniform_` with a = √5, as `nn.Linear` and `nn.Conv2d` call it.
  case pyTorch
  /// Weights N(0, 0.02²), scales N(1, 0.02²), biases and shifts 0.
  ///
  /// Source: Radford et al. 2016, arXiv:1511.06434, §4, and its published code.
  case dcgan
  /// Weights N(0, gain²/fanIn), biases and shifts 0, scales 1. A gain of √2 keeps the size of activations from
  /// one ReLU to the next.
  ///
  /// Source: He et al. 2015, arXiv:1502.01852, §2.2.
  case scaled(gain: Float)

  /// The first values of a contraction's weight.
  ///
  /// - Parameter fanIn: Number of inputs that one output sums over, as PyTorch counts it.
  public func weight(fanIn: Int) -> Initializer {
    switch self {
    case .pyTorch: .uniform(bound: 1 / Float(fanIn).squareRoot())
    case .dcgan: .normal(mean: 0, deviation: 0.02)
    case .scaled(let gain): .normal(mean: 0, deviation: gain / Float(fanIn).squareRoot())
    }
  }

  /// The first values of a contraction's bias.
  public func bias(fanIn: Int) -> Initializer {
    switch self {
    case .pyTorch: .uniform(bound: 1 / Float(fanIn).squareRoot())
    case .dcgan, .scaled: .zeros
    }
  }

  /// The first values of a normalisation's scale.
  public var scale: Initializer {
    switch self {
    case .pyTorch, .scaled: .ones
    case .dcgan: .normal(mean: 1, deviation: 0.02)
    }
  }
}
