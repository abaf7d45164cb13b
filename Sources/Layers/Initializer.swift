/// The distribution of a parameter's first values.
///
/// A description only: whoever fills the array draws from the stream `init/<parameter name>`, so that
/// no parameter's values depend on which others there are.
public enum Initializer: Hashable, Sendable {
  /// All 0.
  case zeros
  /// All 1.
  case ones
  /// Normal numbers.
  case normal(mean: Float, deviation: Float)
  /// Uniform numbers in −bound…bound.
  case uniform(bound: Float)

  /// All the same.
  static func constant(_ value: Float) -> Initializer { .normal(mean: value, deviation: 0) }
}

/// A convention for the first values of a whole network.
public enum Initialization: Hashable, Sendable {
  /// What PyTorch's layers do: weights and biases uniform in ±1/√fanIn, scales 1, shifts 0.
  ///
  /// Source: `torch.nn.init.kaiming_uniform_` with a = √5, as `nn.Linear` and `nn.Conv2d` call it.
  case pyTorch
  /// Weights N(0, 0.02²), scales N(1, 0.02²), biases and shifts 0.
  ///
  /// Source: Radford et al. 2016, arXiv:1511.06434, §4, and its published code.
  case dcgan

  /// For the weight of a contraction.
  ///
  /// - Parameter fanIn: Number of inputs that one output sums over, as PyTorch counts it.
  public func weight(fanIn: Int) -> Initializer {
    switch self {
    case .pyTorch: .uniform(bound: 1 / Float(fanIn).squareRoot())
    case .dcgan: .normal(mean: 0, deviation: 0.02)
    }
  }

  /// For the bias of a contraction.
  public func bias(fanIn: Int) -> Initializer {
    switch self {
    case .pyTorch: .uniform(bound: 1 / Float(fanIn).squareRoot())
    case .dcgan: .zeros
    }
  }

  /// For the scale of a normalisation.
  public var scale: Initializer {
    switch self {
    case .pyTorch: .ones
    case .dcgan: .normal(mean: 1, deviation: 0.02)
    }
  }
}
