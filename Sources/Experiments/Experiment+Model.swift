extension Experiment {
  /// `model`: the networks. Every key but `family` has a default.
  public struct Model: Sendable, Equatable {
    /// What is trained.
    public enum Family: String, Sendable, CaseIterable {
      /// A generator against a discriminator.
      case gan
      /// An encoder and a decoder.
      case vae
      /// A network that tells genuine examples from generated ones.
      case detector
      /// A network that tells classes of examples apart.
      case classifier

      /// Whether it makes examples.
      public var isGenerative: Bool { self == .gan || self == .vae }
    }

    /// What the networks are made of.
    public enum Backbone: String, Sendable, CaseIterable {
      /// Fully connected layers.
      case mlp
      /// Convolutions: 2-D for images, 1-D for audio.
      case conv
      /// Residual blocks of convolutions.
      case resnet
      /// A recurrent network over rows or frames.
      case rnn
    }

    /// Recurrent cells.
    public enum Cell: String, Sendable, CaseIterable {
      /// Gated recurrent unit.
      case gru
      /// Long short-term memory.
      case lstm
    }

    /// What follows each hidden layer's linear map.
    public enum Norm: String, Sendable, CaseIterable {
      /// Batch normalisation.
      case batch
      /// Layer normalisation.
      case layer
      /// Instance normalisation.
      case instance
      /// Weights divided by their largest singular value, and nothing between the layers.
      case spectral
      /// Nothing.
      case none
    }

    /// How the network from examples lowers the resolution.
    public enum Pool: String, Sendable, CaseIterable {
      /// By the stride of its convolutions.
      case none
      /// By max pooling.
      case max
      /// By average pooling.
      case average
    }

    /// The settings of one network; a side of its own may differ from the model's.
    public struct Network: Sendable, Equatable {
      /// `width`: channels at the highest resolution (conv, resnet).
      public let width: Int
      /// `hidden`: layer sizes from this network's input to its output (mlp, rnn).
      public let hidden: [Int]
      /// `norm`.
      public let norm: Norm
    }

    /// `family`.
    public let family: Family
    /// `backbone`: conv unless said otherwise.
    public let backbone: Backbone
    /// `latent` (gan, vae): numbers in a latent vector.
    public let latent: Int
    /// `pool` of a conv (none unless said otherwise) or resnet (average).
    public let pool: Pool
    /// `cell` of an rnn.
    public let cell: Cell
    /// `frame`: samples of a sound in a time step of an rnn; rows are those of images.
    public let frame: Int
    /// The network from latents to examples (`generator` or `decoder`): `width`, `hidden` and
    /// `norm` of the model, with those of its own section in their place.
    public let synthesis: Network
    /// The network from examples (`discriminator` or `encoder`), in the same way; `hidden` of the
    /// model is turned round for it. The only network of a detector or classifier is this one.
    public let analysis: Network

    init(_ keys: SectionReader, data: Data) throws {
      family = try keys.required("family", .choice)
      backbone = try keys.value("backbone", .choice, default: .conv)
      let generative = Applicability.families([.gan, .vae], not: family)
      latent = try keys.value("latent", .integer(1...65_536), default: 64, when: generative)
      let isConvolutional = backbone == .conv || backbone == .resnet
      pool = try keys.value(
        "pool", .pool(backbone), default: backbone == .resnet ? .average : .none,
        when: .only(isConvolutional, "for backbones conv and resnet, not \(backbone)"))
      let cells = Applicability.only(backbone == .rnn, "for backbone rnn, not \(backbone)")
      cell = try keys.value("cell", .choice, default: .gru, when: cells)
      let frames = Applicability.only(
        backbone == .rnn && data.kind == .audio, "for backbone rnn of audio")
      frame = try keys.value("frame", .divisor(of: data.length), default: 32, when: frames)
      let standard = Network.standard(backbone, data.kind, family)
      let base = try Network(keys, backbone, default: standard)
      let mirrored = Network(width: base.width, hidden: base.hidden.reversed(), norm: base.norm)
      let gan = Applicability.families([.gan], not: family)
      let vae = Applicability.families([.vae], not: family)
      let generator = try keys.section("generator", when: gan) { [backbone] in
        try Network($0, backbone, default: base)
      }
      let discriminator = try keys.section("discriminator", when: gan) { [backbone] in
        try Network($0, backbone, default: mirrored)
      }
      let encoder = try keys.section("encoder", when: vae) { [backbone] in
        try Network($0, backbone, default: mirrored)
      }
      let decoder = try keys.section("decoder", when: vae) { [backbone] in
        try Network($0, backbone, default: base)
      }
      (synthesis, analysis) =
        switch family {
        case .gan: (generator, discriminator)
        case .vae: (decoder, encoder)
        case .detector, .classifier: (base, base)
        }
    }
  }
}

extension Experiment.Model.Network {
  /// Defaults: batch norm is what convolutional generators of images are used with; networks of
  /// sound (WaveGAN) and fully connected ones have none.
  fileprivate static func standard(
    _ backbone: Experiment.Model.Backbone, _ data: Experiment.Data.Kind,
    _ family: Experiment.Model.Family
  ) -> Self {
    let isConvolutional = backbone == .conv || backbone == .resnet
    return Self(
      width: 64,
      hidden: backbone == .rnn ? [128] : family.isGenerative ? [256, 512] : [512, 256],
      norm: isConvolutional && data == .images ? .batch : .none)
  }

  /// Reads `width`, `hidden` and `norm` of the model or of one side.
  fileprivate init(
    _ keys: SectionReader, _ backbone: Experiment.Model.Backbone, default standard: Self
  ) throws {
    let isConvolutional = backbone == .conv || backbone == .resnet
    let widths = Applicability.only(
      isConvolutional, "for backbones conv and resnet, not \(backbone)")
    let sizes = Applicability.only(!isConvolutional, "for backbones mlp and rnn, not \(backbone)")
    let norms = Applicability.only(backbone != .rnn, "not for backbone rnn")
    width = try keys.value("width", .integer(1...8192), default: standard.width, when: widths)
    hidden = try keys.value(
      "hidden", backbone == .rnn ? .oneLayerSize : .layerSizes, default: standard.hidden,
      when: sizes)
    norm = try keys.value("norm", .choice, default: standard.norm, when: norms)
  }
}

extension ValueKind<Experiment.Model.Pool> {
  /// Residual blocks have no strides, so that they pool in any case.
  fileprivate static func pool(_ backbone: Experiment.Model.Backbone) -> Self {
    guard backbone == .resnet else { return .choice }
    var kind = Self.choice
    let parseChoice = kind.parse
    kind.expected = { _ in "max or average with backbone resnet" }
    kind.choices = ["max", "average"]
    kind.parse = { node in parseChoice(node).flatMap { $0 == .none ? nil : $0 } }
    return kind
  }
}

extension ValueKind<[Int]> {
  fileprivate static var layerSizes: Self {
    .list(of: .integer(1...65_536), allowsRepeats: true)
  }

  fileprivate static var oneLayerSize: Self {
    var kind = layerSizes
    let parseList = kind.parse
    kind.expected = { _ in "one integer from 1 to 65536" }
    kind.parse = { node in parseList(node).flatMap { $0.count == 1 ? $0 : nil } }
    return kind
  }
}

extension ValueKind<Int> {
  /// A number of samples that fill a sound without rest.
  fileprivate static func divisor(of length: Int) -> Self {
    var kind = integer(1...length)
    let parseInteger = kind.parse
    kind.expected = { _ in "a divisor of data.length \(length)" }
    kind.parse = { node in parseInteger(node).flatMap { length % $0 == 0 ? $0 : nil } }
    return kind
  }
}

extension Applicability {
  /// The key means something only for models of some families.
  ///
  /// - Parameter family: The experiment's; nil when it is none that there is.
  static func families(
    _ families: [Experiment.Model.Family], not family: Experiment.Model.Family?
  ) -> Applicability {
    let names = families.map(\.rawValue)
    let list =
      names.count == 1
      ? "family \(names[0])"
      : "families " + names.dropLast().joined(separator: ", ") + " and \(names[names.count - 1])"
    return .only(
      family.map(families.contains) ?? false, "for \(list), not \(family?.rawValue ?? "this one")")
  }
}
