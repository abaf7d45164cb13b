/// A model as it is built: its architecture, and what the data and the loss decide about its networks.
public struct ModelSpecification: Hashable, Sendable {
  /// The structure of the networks.
  public var architecture: Architecture
  /// The kind and sizes of an example.
  public var example: ExampleShape
  /// Number of classes that a classifier tells apart, or that conditional networks are told of, at least 2.
  public var classes: Int
  /// The distribution of an example given the decoder's output, in a VAE.
  public var likelihood: Likelihood

  /// Puts a model together; see the properties.
  public init(
    _ architecture: Architecture, example: ExampleShape, classes: Int, likelihood: Likelihood
  ) {
    precondition(classes > 1, "there are classes to tell apart")
    self.architecture = architecture
    self.example = example
    self.classes = classes
    self.likelihood = likelihood
  }

  /// The kind of model that is trained.
  public var family: Family { architecture.family }

  /// True where a decoder gives logits of values in 0…1, not the values themselves.
  public var outputsAreLogits: Bool { family == .vae && likelihood == .bernoulli }

  /// One network of the model.
  public func network(_ role: NetworkRole) -> NetworkSpecification {
    NetworkSpecification(self, role)
  }
}

/// One network of a model: all that its layers depend on.
public struct NetworkSpecification: Hashable, Sendable {
  /// Its role in the model.
  public let role: NetworkRole
  /// The kind of the model.
  public let family: Family
  /// The kind of layers that it is made of.
  public let backbone: Backbone
  /// The kind and sizes of an example.
  public let example: ExampleShape
  /// Size of a latent.
  public let latent: Int
  /// Number of classes that a classifier tells apart.
  public let classes: Int
  /// Number of classes, where it is told of that of each example; nil where it is not.
  public let classesGiven: Int?
  /// Channels at the highest resolution.
  public let width: Int
  /// Sizes of the hidden layers, from input to output.
  public let hidden: [Int]
  /// The normalisation between contractions and activations.
  public let norm: Normalization
  /// True where the last layer is told how much the examples of a batch differ.
  public let minibatchStandardDeviation: Bool
  /// The side at which it has self-attention; nil for none.
  public let attention: Int?
  /// The experiment's key of that side.
  public let attentionKey: String
  /// Pooling where the resolution falls; nil for strides.
  public let pooling: Pooling?
  /// The way of raising the resolution, in convolutional networks that make examples.
  public let upsampling: Upsampling
  /// The cell of a recurrent network.
  public let cell: Cell
  /// Samples in a time step of a recurrent network on waveforms.
  public let frame: Int
  /// True where a decoder gives logits of values in 0…1.
  public let outputsAreLogits: Bool
  /// The shape of the deviations that a decoder learns; nil where it learns none.
  public let deviation: [Int]?

  init(_ model: ModelSpecification, _ role: NetworkRole) {
    let architecture = model.architecture
    let own = architecture.settings(of: role)
    precondition(architecture.family.roles.contains(role), "a network that the family has")
    precondition(
      architecture.backbone.normalizations.contains(own.norm), "a norm that the backbone can have")
    precondition(
      architecture.backbone.poolings.contains(architecture.pool),
      "a pooling that the backbone can have")
    precondition(
      !architecture.backbone.isConvolutional
        || architecture.backbone.upsamplings.contains(own.upsample),
      "an upsampling that the backbone can have")
    self.role = role
    family = architecture.family
    backbone = architecture.backbone
    example = model.example
    latent = architecture.latent
    classes = model.classes
    classesGiven = architecture.isConditional ? model.classes : nil
    width = own.width
    hidden = own.hidden
    norm = own.norm
    pooling = architecture.pool
    upsampling = own.upsample
    minibatchStandardDeviation = role == .discriminator && own.minibatchStandardDeviation
    attention = own.attention
    let isShared = architecture.synthesis.attention == architecture.analysis.attention
    attentionKey = isShared ? "model.attention" : "model.\(role.rawValue).attention"
    cell = architecture.cell
    frame = architecture.frame
    outputsAreLogits = model.outputsAreLogits
    deviation =
      role == .decoder && model.likelihood == .gaussianLearned ? model.example.deviation : nil
  }

  /// The sizes of one example of the input.
  public var input: [Int] { role.isGenerative ? [latent] : example.sizes }

  /// The meaning of the input's axes.
  public var inputAxes: [Axis] { role.isGenerative ? [.batch, .features] : example.axes }

  /// Length of the result of a network that reads examples.
  public var outputs: Int {
    switch role {
    case .encoder: 2 * latent
    case .classifier: classes
    case .detector: 2
    case .generator, .discriminator, .decoder: 1
    }
  }
}
