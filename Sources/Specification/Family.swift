/// The kinds of models that are trained.
public enum Family: String, Hashable, Sendable, CaseIterable {
  /// A generator against a discriminator.
  case gan
  /// An encoder and a decoder.
  case vae
  /// One network that tells genuine examples from generated ones.
  case detector
  /// One network that tells classes of examples apart.
  case classifier
  /// A generator that another program trains.
  case external

  /// The families whose networks are trained here, which an experiment may name.
  public static let allCases: [Family] = [.gan, .vae, .detector, .classifier]

  /// True for families that make examples.
  public var isGenerative: Bool { self == .external || roles.contains(where: \.isGenerative) }

  /// The roles of its networks, the one that makes examples first.
  public var roles: [NetworkRole] {
    switch self {
    case .gan: [.generator, .discriminator]
    case .vae: [.decoder, .encoder]
    case .detector: [.detector]
    case .classifier: [.classifier]
    case .external: []
    }
  }

  /// The updates that one training step consists of.
  public var phases: [Phase] {
    switch self {
    case .gan: [.discriminatorStep, .generatorStep]
    case .vae, .detector, .classifier, .external: [.step]
    }
  }
}

/// The role of a network in a model; also the first part of the addresses in it.
public enum NetworkRole: String, Hashable, Sendable, CaseIterable {
  /// Maps latents to examples in −1…1.
  case generator
  /// Maps examples to one score.
  case discriminator
  /// Maps examples to means and log-variances of latents.
  case encoder
  /// Maps latents to examples, before any output function.
  case decoder
  /// Maps examples to two logits, for genuine and generated.
  case detector
  /// Maps examples to one logit for each class.
  case classifier

  /// True where it maps latents to examples.
  public var isGenerative: Bool { self == .generator || self == .decoder }

  /// The address of its last block, whose layer makes the network's result.
  public var outputBlock: String { rawValue + ".output" }
}

/// An update of a training step.
public enum Phase: String, Hashable, Sendable, CaseIterable {
  /// A GAN's update of its discriminator.
  case discriminatorStep = "d_step"
  /// A GAN's update of its generator.
  case generatorStep = "g_step"
  /// The only update there is, as for a VAE.
  case step
}
