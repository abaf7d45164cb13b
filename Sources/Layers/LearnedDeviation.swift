public import Autodiff

/// The standard deviation σ of a normal distribution whose means a decoder makes, as a parameter: one of all values, or
/// one for each frequency and channel of spectrograms. It leaves the means as they are.
///
/// ln σ = −6 + softplus(10p + 6) of the parameter p, so that σ stays above e⁻⁶ and no density grows without bound; where
/// 10p is well above −6, it is ln σ itself. By the factor, an optimizer whose steps suit weights moves σ fast enough: Adam
/// at a learning rate of 10⁻³ by 1% a step, from 1 to a tenth in some 230 steps.
///
/// Source: Rybkin, Daniilidis & Levine 2021, arXiv:2006.13202, §4, and its published code for the bound.
public struct LearnedDeviation: Layer {
  /// The least ln σ.
  static let least: Float = -6
  /// ln σ for each unit of the parameter.
  static let gain: Float = 10

  /// Its address, such as `decoder.deviation`.
  public let address: String
  private let parameter: Parameter

  /// A deviation that is 1 at first.
  ///
  /// - Parameter shape: Broadcastable with an example: [1], or [frequencies, channels].
  public init(_ address: String, shape: Shape) {
    self.address = address
    parameter = Parameter(address + ".logarithm", shape: shape, initializer: .zeros)
  }

  /// Its one array.
  public var parameters: [Parameter] { [parameter] }

  /// Returns the means.
  public func output(of x: Tensor, in forward: Forward) -> Tensor { x }

  /// ln σ, of the parameter's shape.
  public func logarithm(in forward: Forward) throws -> Tensor {
    try forward.graph.scope(address) {
      try (forward.value(of: parameter) * Self.gain - Self.least).softplus() + Self.least
    }
  }
}
