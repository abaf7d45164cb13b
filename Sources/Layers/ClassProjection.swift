public import Autodiff

/// The inner product of an example's features, summed over places, and a learned vector of its class: what a
/// discriminator's logit gains by it.
///
/// Source: Miyato & Koyama 2018, "cGANs with projection discriminator", arXiv:1802.05637, eq. 3.
public struct ClassProjection: Layer {
  /// The layer's address in the model.
  public let address: String
  let weight: ContractionWeight

  /// A projection of `channels` features on vectors of `classes` classes.
  ///
  /// - Parameter spectral: True to divide the vectors by their largest singular value.
  public init(
    _ address: String, classes: Int, channels: Int, initialization: Initialization = .pyTorch,
    spectral: Bool = false
  ) {
    self.address = address
    weight = ContractionWeight(
      address, shape: [classes, channels], initializer: initialization.weight(fanIn: channels),
      spectral: spectral)
  }

  /// The vectors, [K, C], and those of spectral normalisation, if used.
  public var parameters: [Parameter] { weight.parameters }

  /// Maps features of shape [N, …, C] to [N, 1].
  ///
  /// - Throws: `ModelError` where the classes of the examples are not given.
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try check(x, rank: 2...4, last: weight.parameter.shape[1])
    let features = x.rank == 2 ? x : try x.sum(axes: Array(1..<x.rank - 1))
    let vectors = try forward.givenClasses(for: address).matmul(weight.value(forward))
    return try (features * vectors).sum(axes: [1], keepingAxes: true)
  }
}
