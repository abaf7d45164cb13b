/// A model as it is built: its architecture, with what the data and the loss decide of its networks.
public struct ModelSpecification: Hashable, Sendable {
  /// What the networks are made of.
  public var architecture: Architecture
  /// What the data are.
  public var example: ExampleShape
  /// `classifier`: how many classes there are, at least 2.
  public var classes: Int
  /// `vae`: what the decoder's output is the parameter of.
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

  /// What is trained.
  public var family: Family { architecture.family }

  /// Whether a decoder's output are logits of values in 0…1, and not the values themselves.
  public var outputsAreLogits: Bool { family == .vae && likelihood == .bernoulli }

  /// One network of the model.
  public func network(_ role: NetworkRole) -> NetworkSpecification {
    NetworkSpecification(self, role)
  }
}

/// One network of a model: all that its layers depend on.
public struct NetworkSpecification: Hashable, Sendable {
  /// What it is for.
  public let role: NetworkRole
  /// What the model is.
  public let family: Family
  /// What it is made of.
  public let backbone: Backbone
  /// What the data are.
  public let example: ExampleShape
  /// Numbers in a latent.
  public let latent: Int
  /// How many classes a classifier tells apart.
  public let classes: Int
  /// Channels at the highest resolution.
  public let width: Int
  /// Sizes from the network's input to its output.
  public let hidden: [Int]
  /// What is between contractions and activations.
  public let norm: Normalization
  /// Pooling where the resolution falls; nil for strides.
  public let pooling: Pooling?
  /// Recurrent cell.
  public let cell: Cell
  /// Samples of a recurrent network's time step.
  public let frame: Int
  /// Whether a decoder's output are logits of values in 0…1.
  public let outputsAreLogits: Bool

  init(_ model: ModelSpecification, _ role: NetworkRole) {
    let architecture = model.architecture
    let own = architecture.settings(of: role)
    precondition(architecture.family.roles.contains(role), "a network that the family has")
    precondition(
      architecture.backbone.normalizations.contains(own.norm), "a norm that the backbone can have")
    precondition(
      architecture.backbone.poolings.contains(architecture.pool),
      "a pooling that the backbone can have")
    self.role = role
    family = architecture.family
    backbone = architecture.backbone
    example = model.example
    latent = architecture.latent
    classes = model.classes
    width = own.width
    hidden = own.hidden
    norm = own.norm
    pooling = architecture.pool
    cell = architecture.cell
    frame = architecture.frame
    outputsAreLogits = model.outputsAreLogits
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
