/// The structure of a model's networks: an experiment's `model` with its defaults filled in.
///
/// A setting that has no meaning for the backbone or the family has its default and is not read.
public struct Architecture: Hashable, Sendable {
  /// Allowed sizes of a latent.
  public static let latents = 1...65_536
  /// The default backbone.
  public static let standardBackbone = Backbone.conv

  /// The kind of model that is trained.
  public var family: Family
  /// The kind of layers that the networks are made of.
  public var backbone: Backbone
  /// Size of a latent, in families that make examples.
  public var latent: Int
  /// The pooling by which a convolutional network that reads examples lowers the resolution; nil for strides.
  public var pool: Pooling?
  /// The cell of an `rnn`.
  public var cell: Cell
  /// Samples in a time step of an `rnn` on waveforms. Of pictures, each row is a time step.
  public var frame: Int
  /// True where the networks are told of each example's class, in families that make examples.
  public var isConditional: Bool
  /// The settings of the network from latents to examples: a generator or decoder.
  public var synthesis: NetworkSettings
  /// The settings of the network that reads examples: a discriminator or encoder, or the only network of a
  /// detector or classifier.
  public var analysis: NetworkSettings

  /// Puts settings together; see the properties.
  public init(
    family: Family, backbone: Backbone, latent: Int, pool: Pooling?, cell: Cell, frame: Int,
    isConditional: Bool = false, synthesis: NetworkSettings, analysis: NetworkSettings
  ) {
    self.family = family
    self.backbone = backbone
    self.latent = latent
    self.pool = pool
    self.cell = cell
    self.frame = frame
    self.isConditional = isConditional
    self.synthesis = synthesis
    self.analysis = analysis
  }

  /// What stands in the place of networks that another program has; nothing of it is read.
  public static let external: Architecture = {
    let none = NetworkSettings(
      width: 1, hidden: [], norm: .none, upsample: .nearest, minibatchStandardDeviation: false,
      attention: nil)
    return Architecture(
      family: .external, backbone: standardBackbone, latent: 1, pool: nil, cell: .gru, frame: 1,
      synthesis: none, analysis: none)
  }()

  /// The settings of the network of a role.
  public func settings(of role: NetworkRole) -> NetworkSettings {
    role.isGenerative ? synthesis : analysis
  }
}

/// The settings of one network.
public struct NetworkSettings: Hashable, Sendable {
  /// Allowed numbers of channels at the highest resolution.
  public static let widths = 1...8192
  /// Allowed sizes of a hidden layer.
  public static let hiddenSizes = 1...65_536

  /// Channels at the highest resolution, in convolutional backbones.
  public var width: Int
  /// Sizes of the hidden layers of an `mlp`, from input to output. For an `rnn`, the size of the state alone.
  public var hidden: [Int]
  /// The normalisation between contractions and activations.
  public var norm: Normalization
  /// The way of raising the resolution, in convolutional networks that make examples.
  public var upsample: Upsampling
  /// True for a discriminator that is told how much the examples of a batch differ.
  public var minibatchStandardDeviation: Bool
  /// The side at which a convolutional network has self-attention: rows of a picture, places of a sound; nil for
  /// none.
  public var attention: Int?

  /// Puts settings together; see the properties.
  public init(
    width: Int, hidden: [Int], norm: Normalization, upsample: Upsampling,
    minibatchStandardDeviation: Bool, attention: Int?
  ) {
    self.width = width
    self.hidden = hidden
    self.norm = norm
    self.upsample = upsample
    self.minibatchStandardDeviation = minibatchStandardDeviation
    self.attention = attention
  }

  /// The default settings of a model's network that makes examples, or of its only network.
  ///
  /// `results/search` says what those of a GAN reach, and what others do.
  ///
  /// - Parameter isPicture: True for examples with rows and columns.
  public static func standard(
    _ backbone: Backbone, isPicture: Bool, _ family: Family
  ) -> NetworkSettings {
    NetworkSettings(
      width: family.isGenerative ? 16 : 64,
      hidden: backbone == .rnn ? [128] : family.isGenerative ? [256, 512] : [512, 256],
      norm: .standard(backbone, isPicture: isPicture, of: family.roles[0]),
      upsample: backbone.standardUpsampling,
      minibatchStandardDeviation: family == .gan && backbone != .rnn, attention: nil)
  }

  /// The settings of the network that goes the other way, with the hidden layers in reverse order.
  public var mirrored: NetworkSettings {
    var settings = self
    settings.hidden.reverse()
    return settings
  }
}

extension Normalization {
  /// The default norm of a network.
  ///
  /// The generators of GANs have batch norm, and their discriminators none; residual blocks of both need no norm.
  /// Convolutional networks of other families have batch norm on pictures, spectrograms among them. All other networks,
  /// those of waveforms (as in WaveGAN) among them, have none.
  ///
  /// - Parameter isPicture: True for examples with rows and columns.
  public static func standard(
    _ backbone: Backbone, isPicture: Bool, of role: NetworkRole
  ) -> Normalization {
    switch (backbone, role) {
    case (.resnet, .generator), (.resnet, .discriminator): .fixup
    case (.conv, .discriminator), (.rnn, _): .none
    case (.mlp, .generator): .batch
    case (.mlp, _): .none
    case (.conv, _), (.resnet, _): isPicture ? .batch : .none
    }
  }
}
