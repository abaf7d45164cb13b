public import Autodiff

/// Multiplies by one learned number, at first 1: the scale of a residual branch without norms, whose weights it
/// lets grow together as a norm's scale does.
///
/// Source: Zhang et al. 2019, arXiv:1901.09321, §3, rule 3.
public struct BranchScale: Layer {
  /// The layer's address in the model.
  public let address: String
  let scale: Parameter

  /// A scale.
  public init(_ address: String) {
    self.address = address
    scale = Parameter(address + ".weight", shape: [1], initializer: .ones)
  }

  /// The number.
  public var parameters: [Parameter] { [scale] }

  /// Maps x to a multiple of itself.
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try x * forward.value(of: scale)
  }
}
