public import Autodiff

/// Normalises each example over all channels and places, with a scale and shift for each channel.
///
/// On vectors it equals `nn.LayerNorm(D)`. On images and sounds it equals `nn.GroupNorm(1, C)`;
/// `nn.LayerNorm([C, H, W])`, which learns a scale for every element, is another layer.
///
/// Source: Ba et al. 2016, arXiv:1607.06450, §3; Wu & He 2018, arXiv:1803.08494, for one group.
public struct LayerNorm: Layer {
  /// The layer's address in the model.
  public let address: String
  let affine: ChannelAffine

  /// A normalisation of examples with `channels` channels or features.
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

  /// Normalises x of shape [N, D], [N, T, C] or [N, H, W, C].
  public func output(of x: Tensor, in forward: Forward) throws -> Tensor {
    try check(x, rank: 2...4, last: affine.scale.shape[0])
    return try affine(x.normalized(over: Array(1..<x.rank)).value, forward)
  }
}
