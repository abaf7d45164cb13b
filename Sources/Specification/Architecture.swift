/// What the networks of a model are made of, defaults filled in: an experiment's `model`.
///
/// A setting that means nothing for the backbone or the family has its default and is not read.
public struct Architecture: Hashable, Sendable {
  /// Numbers that a latent can have.
  public static let latents = 1...65_536

  /// What is trained.
  public var family: Family
  /// What the networks are made of.
  public var backbone: Backbone
  /// Families that make examples: numbers in a latent.
  public var latent: Int
  /// Convolutional backbones: how the network that reads examples lowers the resolution; nil for strides.
  public var pool: Pooling?
  /// `rnn`: the cell.
  public var cell: Cell
  /// `rnn`: samples of a sound in a time step; rows are those of images.
  public var frame: Int
  /// The network from latents to examples: a generator or decoder.
  public var synthesis: NetworkSettings
  /// The network from examples: a discriminator or encoder, or the only one of a detector or classifier.
  public var analysis: NetworkSettings

  /// Puts settings together; see the properties.
  public init(
    family: Family, backbone: Backbone, latent: Int, pool: Pooling?, cell: Cell, frame: Int,
    synthesis: NetworkSettings, analysis: NetworkSettings
  ) {
    self.family = family
    self.backbone = backbone
    self.latent = latent
    self.pool = pool
    self.cell = cell
    self.frame = frame
    self.synthesis = synthesis
    self.analysis = analysis
  }

  /// The settings of the network of a role.
  public func settings(of role: NetworkRole) -> NetworkSettings {
    role.isGenerative ? synthesis : analysis
  }
}

/// The settings of one network.
public struct NetworkSettings: Hashable, Sendable {
  /// Channels that a network can have at the highest resolution.
  public static let widths = 1...8192
  /// Sizes that a hidden layer can have.
  public static let hiddenSizes = 1...65_536

  /// Convolutional backbones: channels at the highest resolution.
  public var width: Int
  /// `mlp`: layer sizes from the network's input to its output. `rnn`: the size of the state alone.
  public var hidden: [Int]
  /// What is between contractions and activations.
  public var norm: Normalization

  /// Puts settings together; see the properties.
  public init(width: Int, hidden: [Int], norm: Normalization) {
    self.width = width
    self.hidden = hidden
    self.norm = norm
  }

  /// What a model has that asks for nothing: the settings of its network that makes examples, or of its only one.
  ///
  /// Batch norm is what convolutional generators of images are used with; networks of sounds (WaveGAN) and fully
  /// connected ones have none.
  public static func standard(
    _ backbone: Backbone, _ kind: ExampleKind, _ family: Family
  ) -> NetworkSettings {
    NetworkSettings(
      width: 64,
      hidden: backbone == .rnn ? [128] : family.isGenerative ? [256, 512] : [512, 256],
      norm: backbone.isConvolutional && kind == .images ? .batch : .none)
  }

  /// The settings of the network that goes the other way, with the hidden layers in reverse order.
  public var mirrored: NetworkSettings {
    NetworkSettings(width: width, hidden: hidden.reversed(), norm: norm)
  }
}
