public import Autodiff
public import Layers

/// The two networks of a model.
public enum GenerativeModel: Sendable {
  /// A generator and its critic.
  case gan(generator: Network, discriminator: Network)
  /// An encoder and a decoder.
  case vae(encoder: Network, decoder: Network)

  /// Builds the networks that a specification describes.
  ///
  /// - Throws: `ModelError` about the first setting that does not hold.
  public init(_ specification: ModelSpecification) throws {
    func network(_ role: NetworkRole) throws -> Network {
      let own = try NetworkSpecification(specification, role: role)
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
    }
  }

  /// Both networks, in the order in which data comes through them.
  public var networks: [Network] {
    switch self {
    case .gan(let generator, let discriminator): [generator, discriminator]
    case .vae(let encoder, let decoder): [encoder, decoder]
    }
  }

  /// The network that makes samples.
  public var sampler: Network {
    switch self {
    case .gan(let generator, _): generator
    case .vae(_, let decoder): decoder
    }
  }

  /// The network that reads examples.
  public var reader: Network {
    switch self {
    case .gan(_, let discriminator): discriminator
    case .vae(let encoder, _): encoder
    }
  }

  /// The sizes of an example: [H, W, C] or [T, 1].
  public var example: Shape { reader.input }

  /// Whether training has discriminator and generator steps.
  public var hasPhases: Bool {
    switch self {
    case .gan: true
    case .vae: false
    }
  }

  /// All arrays of the networks.
  public var parameters: [Parameter] { networks.flatMap(\.parameters) }

  /// All arrays, with what dropout learns, of every copy of a network that it asks for.
  public func parameters(with dropout: DropoutPlan) -> [Parameter] {
    networks.flatMap { network in
      let name = network.role.rawValue
      let own = network.parameters + dropout.parameters(of: name)
      return (1...dropout.copies(of: name)).flatMap { copy in own.map { $0.copy(copy) } }
    }
  }

  /// All arrays that sampling looks at.
  public func samplerParameters(with dropout: DropoutPlan) -> [Parameter] {
    sampler.parameters + dropout.parameters(of: sampler.role.rawValue)
  }

  /// All dropout sites: those of the networks, and of a GAN the place where its generator hears of
  /// its discriminators.
  public var sites: [DropoutSite] {
    networks.flatMap(\.sites)
      + (hasPhases ? [.feedback(of: NetworkRole.discriminator.rawValue)] : [])
  }

  /// Resolves dropout entries to the model's sites.
  ///
  /// - Parameter steps: Steps of training, for schedules.
  /// - Throws: `ModelError` about `dropout[i]` and its key.
  public func dropoutPlan(_ entries: [DropoutEntry], steps: Int) throws -> DropoutPlan {
    try DropoutPlan(entries, sites: sites, steps: steps, hasPhases: hasPhases)
  }
}
