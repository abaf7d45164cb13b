public import Autodiff

/// Multiplies a residual branch by one learned number.
///
/// In a branch without norms it is 1 at first, and lets all weights grow together as a norm's scale does; in
/// front of an attention it is 0, so that a network first learns without.
///
/// Source: Zhang et al. 2019, arXiv:1901.09321, §3, rule 3; Zhang et al. 2019, arXiv:1805.08318, eq. 3.
public struct BranchScale: Layer {
  /// The layer's address in the model.
  public let address: String
  let scale: Parameter

  /// A scale with its first value, `ones` or `zeros`.
  public init(_ address: String, first: Initializer) {
    self.address = address
    scale = Parameter(address + ".weight", shape: [1], initializer: first)
  }

  /// The number.
  public var parameters: [Parameter] { [scale] }

  /// Maps x to a multiple of itself.
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try x * forward.value(of: scale)
  }
}
