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

  /// Applies the function. Where ReLU and leaky ReLU have no derivative, at 0, they take the one
  /// from below, as PyTorch does.
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
