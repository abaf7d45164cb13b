public import Autodiff
public import Layers
public import Specification

/// The networks of a model.
public enum ModelNetworks: Sendable {
  /// A generator and its discriminator.
  case gan(generator: Network, discriminator: Network)
  /// An encoder and a decoder.
  case vae(encoder: Network, decoder: Network)
  /// A detector or classifier: one network from examples to one logit for each class.
  case classifier(Network)

  /// Builds the networks that a specification describes.
  ///
  /// - Throws: `ModelError` where the sizes of examples do not fit the backbone.
  public init(_ specification: ModelSpecification) throws {
    func network(_ role: NetworkRole) throws -> Network {
      let own = specification.network(role)
      return switch own.backbone {
      case .mlp: try Network.mlp(own)
      case .conv: try Network.convolutional(own)
      case .rnn: try Network.recurrent(own)
      case .resnet: try Network.residual(own)
      }
    }
    switch specification.family {
    case .gan:
      self = .gan(generator: try network(.generator), discriminator: try network(.discriminator))
    case .vae:
      self = .vae(encoder: try network(.encoder), decoder: try network(.decoder))
    case .detector: self = .classifier(try network(.detector))
    case .classifier: self = .classifier(try network(.classifier))
    case .external: preconditionFailure("networks that another program has")
    }
  }

  /// All networks, in the order in which data comes through them.
  public var networks: [Network] {
    switch self {
    case .gan(let generator, let discriminator): [generator, discriminator]
    case .vae(let encoder, let decoder): [encoder, decoder]
    case .classifier(let network): [network]
    }
  }

  /// The network that is used after training: the one that makes samples or tells classes apart.
  public var product: Network {
    switch self {
    case .gan(let generator, _): generator
    case .vae(_, let decoder): decoder
    case .classifier(let network): network
    }
  }

  /// The network that reads examples.
  public var reader: Network {
    switch self {
    case .gan(_, let discriminator): discriminator
    case .vae(let encoder, _): encoder
    case .classifier(let network): network
    }
  }

  /// The sizes of an example: [H, W, C] or [T, 1].
  public var example: Shape { reader.input }

  /// True for models that make examples: GANs and VAEs.
  public var isGenerative: Bool { product.role.isGenerative }

  /// True for GANs, whose training steps update the discriminator and the generator in turn.
  public var hasPhases: Bool {
    switch self {
    case .gan: true
    case .vae, .classifier: false
    }
  }

  /// All arrays of the networks.
  public var parameters: [Parameter] { networks.flatMap(\.parameters) }

  /// All arrays, including those that dropout learns, of every copy of a network that dropout adds.
  public func parameters(with dropout: DropoutPlan) -> [Parameter] {
    networks.flatMap { network in
      let name = network.role.rawValue
      let own = network.parameters + dropout.parameters(of: name)
      return (1...dropout.copies(of: name)).flatMap { copy in own.map { $0.copy(copy) } }
    }
  }

  /// All arrays of `product`, including those that dropout learns in it.
  public func productParameters(with dropout: DropoutPlan) -> [Parameter] {
    product.parameters + dropout.parameters(of: product.role.rawValue)
  }

  /// All dropout sites: those of the networks and, in a GAN, the one where the losses of several
  /// discriminators come together.
  public var sites: [DropoutSite] {
    networks.flatMap(\.sites)
      + (hasPhases ? [.feedback(of: NetworkRole.discriminator.rawValue)] : [])
  }

  /// Resolves dropout entries to the model's sites.
  ///
  /// - Throws: `ModelError` about `dropout.<i>` and its key.
  public func dropoutPlan(_ entries: [DropoutEntry]) throws -> DropoutPlan {
    try DropoutPlan(entries, sites: sites)
  }
}
