/// The two families of generative models.
public enum ModelFamily: String, Hashable, Sendable, CaseIterable {
  /// A generator and a discriminator.
  case gan
  /// An encoder and a decoder.
  case vae

  /// Its networks: the one that makes samples, then the other.
  public var roles: [NetworkRole] {
    switch self {
    case .gan: [.generator, .discriminator]
    case .vae: [.decoder, .encoder]
    }
  }
}

/// What a network is for; the first part of the addresses in it.
public enum NetworkRole: String, Hashable, Sendable, CaseIterable {
  /// Latents to images in −1…1.
  case generator
  /// Images to one score.
  case discriminator
  /// Images to means and log-variances of latents.
  case encoder
  /// Latents to images before any output function.
  case decoder

  /// Whether it maps latents to images.
  public var isGenerative: Bool { self == .generator || self == .decoder }
}

/// How networks are built.
public enum Backbone: String, Hashable, Sendable, CaseIterable {
  /// Linear layers on flattened images.
  case mlp
  /// Strided convolutions, as in DCGAN.
  case conv
}

/// What is put between a contraction and its activation.
public enum Normalization: String, Hashable, Sendable, CaseIterable {
  /// Over the batch.
  case batch
  /// Over each example.
  case layer
  /// Over the places of each channel of each example.
  case instance
  /// None, but every weight is divided by its largest singular value.
  case spectral
  /// None.
  case none
}

/// The size of the images, [H, W, C].
public struct ImageSize: Hashable, Sendable {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int
  /// 1 or 3.
  public var channels: Int

  /// Sizes of an image.
  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  var shape: [Int] { [height, width, channels] }
}

/// Settings of one network that differ from the model's.
public struct NetworkOverrides: Hashable, Sendable {
  /// See `ModelSpecification.width`.
  public var width: Int?
  /// Sizes in the network's own order, from its input to its output.
  public var hidden: [Int]?
  /// See `ModelSpecification.norm`.
  public var norm: Normalization?

  /// Settings; nil for those of the model.
  public init(width: Int? = nil, hidden: [Int]? = nil, norm: Normalization? = nil) {
    self.width = width
    self.hidden = hidden
    self.norm = norm
  }
}

/// A model as an experiment asks for it. Nil stands for a default; a setting that the backbone would
/// ignore is an error.
public struct ModelSpecification: Hashable, Sendable {
  /// GAN or VAE.
  public var family: ModelFamily
  /// Kind of networks.
  public var backbone: Backbone
  /// Size of the images.
  public var image: ImageSize
  /// Length of a latent.
  public var latent: Int
  /// `conv`: channels at the highest resolution; 64 by default.
  public var width: Int?
  /// `mlp`: sizes of the generator or decoder from latent to output, which the other network
  /// mirrors; 256 and 512 by default.
  public var hidden: [Int]?
  /// `batch` by default for `conv`, `none` for `mlp`.
  public var norm: Normalization?
  /// Settings of one network only.
  public var overrides: [NetworkRole: NetworkOverrides]

  /// A model with the defaults of the experiment file.
  public init(
    family: ModelFamily, backbone: Backbone = .conv, image: ImageSize, latent: Int = 64,
    width: Int? = nil, hidden: [Int]? = nil, norm: Normalization? = nil,
    overrides: [NetworkRole: NetworkOverrides] = [:]
  ) {
    self.family = family
    self.backbone = backbone
    self.image = image
    self.latent = latent
    self.width = width
    self.hidden = hidden
    self.norm = norm
    self.overrides = overrides
  }
}
