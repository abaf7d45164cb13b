public import Autodiff

extension [Tensor] {
  /// The sum of tensors of one shape; there is at least one.
  func sum() throws -> Tensor { try dropFirst().reduce(self[0]) { try $0 + $1 } }

  /// The mean of tensors of one shape; there is at least one.
  public func mean() throws -> Tensor {
    count == 1 ? self[0] : try sum() / Float(count)
  }
}
