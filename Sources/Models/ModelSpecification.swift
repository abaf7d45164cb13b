public import Autodiff
public import Layers

/// The families of models.
public enum ModelFamily: String, Hashable, Sendable, CaseIterable {
  /// A generator and a discriminator.
  case gan
  /// An encoder and a decoder.
  case vae
  /// One network that tells genuine examples from generated ones.
  case detector
  /// One network that tells classes apart.
  case classifier

  /// Its networks: the one that makes samples first.
  public var roles: [NetworkRole] {
    switch self {
    case .gan: [.generator, .discriminator]
    case .vae: [.decoder, .encoder]
    case .detector: [.detector]
    case .classifier: [.classifier]
    }
  }
}

/// What a network is for; the first part of the addresses in it.
public enum NetworkRole: String, Hashable, Sendable, CaseIterable {
  /// Latents to examples in −1…1.
  case generator
  /// Examples to one score.
  case discriminator
  /// Examples to means and log-variances of latents.
  case encoder
  /// Latents to examples before any output function.
  case decoder
  /// Examples to logits of genuine and generated.
  case detector
  /// Examples to a logit a class.
  case classifier

  /// Whether it maps latents to examples.
  public var isGenerative: Bool { self == .generator || self == .decoder }
}

/// How networks are built.
public enum Backbone: String, Hashable, Sendable, CaseIterable {
  /// Linear layers on flattened images.
  case mlp
  /// Strided convolutions, as in DCGAN.
  case conv
  /// Residual blocks of convolutions.
  case resnet
  /// A recurrent network over rows of images or frames of sounds.
  case rnn

  /// Whether its layers are convolutions, counted by `width`.
  var isConvolutional: Bool { self == .conv || self == .resnet }
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

/// How a network that reads examples lowers the resolution.
public enum Downsampling: String, Hashable, Sendable, CaseIterable {
  /// By the stride of its convolutions.
  case none
  /// By max pooling.
  case max
  /// By average pooling.
  case average
}

/// What one example is.
public enum ExampleShape: Hashable, Sendable {
  /// A picture; channels are 1 or 3.
  case image(height: Int, width: Int, channels: Int)
  /// A sound of one channel.
  case sound(samples: Int)

  /// [H, W, C] or [T, 1].
  public var sizes: Shape {
    switch self {
    case .image(let height, let width, let channels): [height, width, channels]
    case .sound(let samples): [samples, 1]
    }
  }

  /// Numbers at each place.
  var channels: Int {
    switch self {
    case .image(_, _, let channels): channels
    case .sound: 1
    }
  }

  /// The meaning of a batch's axes.
  public var axes: [Axis] {
    switch self {
    case .image: [.batch, .height, .width, .channels]
    case .sound: [.batch, .time, .channels]
    }
  }
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
  /// What is trained.
  public var family: ModelFamily
  /// Kind of networks.
  public var backbone: Backbone
  /// What the data is.
  public var example: ExampleShape
  /// Length of a latent.
  public var latent: Int
  /// `classifier`: how many classes there are.
  public var classes: Int
  /// `conv`, `resnet`: channels at the highest resolution; 64 by default.
  public var width: Int?
  /// `rnn`: the state's size, 128 by default. `mlp`: sizes of the generator or decoder from latent to
  /// output, which the other network mirrors; 256 and 512 by default.
  public var hidden: [Int]?
  /// `batch` by default for `conv` and `resnet` on images, else `none`.
  public var norm: Normalization?
  /// `conv`, `resnet`: `none` by default for `conv`, `average` for `resnet`, which has no other but
  /// `max`.
  public var pool: Downsampling?
  /// `rnn`: the cell.
  public var cell: RecurrentKind
  /// `rnn`: samples of a sound in a time step; for images a row is one.
  public var frame: Int
  /// Whether a decoder's output are logits of values in 0…1, and not the values themselves.
  public var outputsAreLogits: Bool
  /// Settings of one network only.
  public var overrides: [NetworkRole: NetworkOverrides]

  /// A model with the defaults of the experiment file.
  public init(
    family: ModelFamily, backbone: Backbone = .conv, example: ExampleShape, latent: Int = 64,
    classes: Int = 2, width: Int? = nil, hidden: [Int]? = nil, norm: Normalization? = nil,
    pool: Downsampling? = nil, cell: RecurrentKind = .gru, frame: Int = 32,
    outputsAreLogits: Bool = false,
    overrides: [NetworkRole: NetworkOverrides] = [:]
  ) {
    self.family = family
    self.backbone = backbone
    self.example = example
    self.latent = latent
    self.classes = classes
    self.width = width
    self.hidden = hidden
    self.norm = norm
    self.pool = pool
    self.cell = cell
    self.frame = frame
    self.outputsAreLogits = outputsAreLogits
    self.overrides = overrides
  }
}
