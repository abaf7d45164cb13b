public import Autodiff

/// An element-wise function between layers.
public enum Activation: String, Hashable, Sendable, CaseIterable {
  /// max(x, 0).
  case relu
  /// x where positive, else 0.2·x.
  case leakyRelu = "leaky_relu"
  /// Hyperbolic tangent.
  case tanh
  /// 1/(1+e⁻ˣ).
  case sigmoid
  /// x/(1+e⁻ˣ).
  case silu

  /// Applies the function to each element. At 0, where ReLU and leaky ReLU have no derivative, the
  /// gradient takes the derivative from below, as in PyTorch.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    switch self {
    case .relu: try x.graph.constant(0).maximum(x)
    case .leakyRelu: try x * x.greater(than: 0).select(x.graph.constant(1), 0.2)
    case .tanh: try x.tanh()
    case .sigmoid: try x.sigmoid()
    case .silu: try x * x.sigmoid()
    }
  }
}

extension Activation {
  /// The mean of f(u) for u ~ N(mean, variance). It is exact for ReLU and leaky ReLU, up to the
  /// error of `normalCumulative` (1.5e-7), and approximated by f(mean) for the others.
  func expectation(mean: Tensor, variance: Tensor) throws -> Tensor {
    let slope: Float
    switch self {
    case .relu: slope = 0
    case .leakyRelu: slope = 0.2
    case .tanh, .sigmoid, .silu: return try self(mean)
    }
    // 1e-12 keeps the ratio finite where the variance is 0; the result is then f(mean).
    let deviation = try (variance + 1e-12).sqrt()
    let ratio = try mean / deviation
    let density = try (ratio.squared() * -0.5).exp() * Float((1 / (2 * Double.pi)).squareRoot())
    let rectified = try mean * ratio.normalCumulative() + deviation * density
    return try rectified * (1 - slope) + mean * slope
  }
}

extension Tensor {
  /// The standard normal distribution function.
  ///
  /// Source: Abramowitz & Stegun 1964, 7.1.26.
  fileprivate func normalCumulative() throws -> Tensor {
    let x = try abs() * Float(0.5.squareRoot())
    let t = try 1 / (x * 0.3275911 + 1)
    let coefficients: [Float] = [-1.453152027, 1.421413741, -0.284496736, 0.254829592]
    let polynomial = try coefficients.reduce(graph.constant(1.061405429)) { try $0 * t + $1 } * t
    let tail = try polynomial * (-x.squared()).exp() * 0.5
    return try less(than: 0).select(tail, 1 - tail)
  }
}
