internal import Complaints
public import Autodiff

/// Normalises each channel of each example over its places, with a scale and shift for each
/// channel, as `nn.InstanceNorm1d` and `nn.InstanceNorm2d` with `affine=True`, without running statistics.
///
/// Source: Ulyanov et al. 2016, arXiv:1607.08022, eq. 4.
public struct InstanceNorm: Layer {
  /// The layer's address in the model.
  public let address: String
  let affine: ChannelAffine

  /// A normalisation of `channels` channels.
  ///
  /// - Parameter classes: Number of classes that have scales and shifts of their own; nil for none.
  public init(
    _ address: String, channels: Int, classes: Int? = nil,
    initialization: Initialization = .pyTorch
  ) {
    self.address = address
    affine = ChannelAffine(
      address, channels: channels, classes: classes, initialization: initialization)
  }

  /// Scale and shift.
  public var parameters: [Parameter] { affine.parameters }

  /// Normalises x of shape [N, T, C] or [N, H, W, C].
  ///
  /// - Throws: `ModelError` when x has no spatial axes or a single place.
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try check(x, rank: 3...4, last: affine.scale.shape[0])
    let axes = Array(1..<x.rank - 1)
    try ModelError.require(
      axes.contains { x.shape[$0] > 1 }, address, expected: "more than one place a channel",
      found: "\(x.shape)")
    return try affine(x.normalized(over: axes).value, forward)
  }
}
