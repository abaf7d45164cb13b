internal import Complaints
public import Autodiff

/// A learned vector for each class, as `nn.Embedding`: c·W of classes c that are one-hot. A class that dropout has
/// zeroed gives 0.
public struct ClassEmbedding: Layer {
  /// The layer's address in the model.
  public let address: String
  let weight: Parameter

  /// Vectors of `size` numbers.
  ///
  /// - Parameter initializer: The first values; N(0, 1) by default, as in PyTorch.
  public init(
    _ address: String, classes: Int, size: Int,
    _ initializer: Initializer = .normal(mean: 0, deviation: 1)
  ) {
    self.address = address
    weight = Parameter(address + ".weight", shape: [classes, size], initializer: initializer)
  }

  /// The vectors, [K, size].
  public var parameters: [Parameter] { [weight] }

  /// Maps classes of shape [N, K] to [N, size].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try check(x, rank: 2...2, last: weight.shape[0])
    return try x.matmul(forward.value(of: weight))
  }

  /// Applies the layer to the classes that `forward` has.
  ///
  /// - Throws: `ModelError` where it has none.
  public func callAsFunction(_ forward: Forward) throws -> Tensor {
    try self(forward.givenClasses(for: address), forward)
  }

  /// The vectors of the classes that `forward` has, [N, size], inside another layer.
  func rows(of forward: Forward) throws -> Tensor {
    try output(of: forward.givenClasses(for: address), in: forward)
  }
}

extension Forward {
  /// The classes of the examples that pass, one-hot, [N, K].
  ///
  /// - Throws: `ModelError` where there are none.
  public func givenClasses(for address: String) throws -> Tensor {
    guard let classes else {
      throw ModelError(address, expected: "classes of examples", found: "none")
    }
    return classes
  }
}
