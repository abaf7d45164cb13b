internal import Complaints
internal import Specification

// `model`: the networks. Every key but `family` has a default.
extension Architecture {
  /// Reads the section. The data give the length of sounds, which `frame` must divide, and the default norm.
  init(_ keys: SectionReader, data: Experiment.Data) throws {
    let family = try keys.required(
      "family", ValueKind<Family>.choice,
      says: "kind of model: `gan`, `vae`, a `detector` of generated examples, or a `classifier`")
    let backbone = try keys.value(
      "backbone", .choice, default: Self.standardBackbone,
      says:
        "kind of layers: `mlp` linear, `conv` convolutional, `resnet` residual blocks of convolutions, `rnn` recurrent"
    )
    let latent = try keys.value(
      "latent", .integer(Self.latents), default: 64,
      when: .families(where: \.isGenerative, not: family),
      says: "number of random numbers that an example is made from")
    let pool = try keys.value(
      "pool", .pooling(of: backbone), default: backbone.standardPooling,
      when: .only(
        backbone.isConvolutional, "for backbones conv and resnet", else: "not \(backbone)"),
      says: "how networks that read examples halve the resolution; `none` for strides")
    let isRecurrent = backbone == .rnn
    let cell = try keys.value(
      "cell", .choice, default: Cell.gru,
      when: .only(isRecurrent, "for backbone rnn", else: "not \(backbone)"),
      says: "kind of recurrent cell")
    let isPicture = data.kind == .images || data.representation.isPicture
    let isConditional =
      try keys.addition(
        "conditional", .flag, default: false, when: .families(where: \.isGenerative, not: family),
        says: "true for a model that learns from classes too, and draws samples of a class")
    let frame = try Self.readFrame(keys, isUsed: isRecurrent && !isPicture, data.length)
    let isNormGiven = keys.isGiven("norm")
    let base = try NetworkSettings(
      keys, backbone, of: family.roles,
      default: .standard(backbone, isPicture: isPicture, family))
    func network(_ role: NetworkRole) throws -> NetworkSettings {
      try keys.section(
        role.rawValue, when: .families(where: { $0.roles.contains(role) }, not: family),
        says: "settings of the \(role.rawValue) alone; those of `model` by default"
      ) {
        var standard = role.isGenerative ? base : base.mirrored
        if !isNormGiven { standard.norm = .standard(backbone, isPicture: isPicture, of: role) }
        return try NetworkSettings($0, backbone, of: [role], default: standard)
      }
    }
    let (generator, discriminator) = (try network(.generator), try network(.discriminator))
    let (encoder, decoder) = (try network(.encoder), try network(.decoder))
    let (synthesis, analysis) =
      switch family {
      case .gan: (generator, discriminator)
      case .vae: (decoder, encoder)
      case .detector, .classifier, .external: (base, base)
      }
    self.init(
      family: family, backbone: backbone, latent: latent, pool: pool, cell: cell, frame: frame,
      isConditional: isConditional, synthesis: synthesis, analysis: analysis)
  }

  /// Reads `frame`. Its default is checked too, as 32 need not divide the length of a sound.
  private static func readFrame(
    _ keys: SectionReader, isUsed: Bool, _ length: Int
  ) throws -> Int {
    let frame = try keys.value(
      "frame", .divisor(of: length), default: 32,
      when: .only(isUsed, "for backbone rnn of waveforms"),
      says: "samples of a sound that one recurrent step reads or makes")
    guard !isUsed || length % frame == 0 else {
      throw keys.error(
        "frame",
        expected: "a divisor of data.length \(length), such as "
          + divisors(of: length, near: frame).map(String.init).joined(separator: " or "),
        found: "\(frame)")
    }
    return frame
  }

  /// The nearest divisors of a number of samples, below and above.
  private static func divisors(of samples: Int, near frame: Int) -> [Int] {
    let below = (1...min(frame, samples)).last { samples % $0 == 0 }
    let above = frame < samples ? (frame + 1...samples).first { samples % $0 == 0 } : nil
    return [below, above].compactMap(\.self)
  }
}

extension NetworkSettings {
  /// Reads the settings of a model, or of one of its networks.
  ///
  /// - Parameter roles: The networks that the section is for.
  fileprivate init(
    _ keys: SectionReader, _ backbone: Backbone, of roles: [NetworkRole], default standard: Self
  ) throws {
    let widths = Applicability.only(
      backbone.isConvolutional, "for backbones conv and resnet", else: "not \(backbone)")
    let sizes = Applicability.only(
      !backbone.isConvolutional, "for backbones mlp and rnn", else: "not \(backbone)")
    let norms = Applicability.only(backbone != .rnn, "not for backbone rnn")
    let upsamplings = Applicability.only(
      !backbone.upsamplings.isEmpty && roles.contains(where: \.isGenerative),
      "for networks that make examples, of backbones conv and resnet")
    self.init(
      width: try keys.value(
        "width", .integer(Self.widths), default: standard.width, when: widths,
        says: "channels at the highest resolution, doubled at each lower one"),
      hidden: try keys.value(
        "hidden", .hidden(of: backbone), default: standard.hidden, when: sizes,
        says:
          "sizes of the hidden layers of the network that makes examples; the other network has them in reverse"
      ),
      norm: try keys.value(
        "norm", .choice(among: backbone.normalizations, of: backbone), default: standard.norm,
        when: norms,
        says:
          "normalisation between a layer and its activation; without it each network has that of its role"
      ),
      upsample: try keys.value(
        "upsample", .choice(among: backbone.upsamplings, of: backbone), default: standard.upsample,
        when: upsamplings, says: "how networks that make examples double the resolution"),
      minibatchStandardDeviation: try keys.value(
        "minibatch_stddev", .flag, default: standard.minibatchStandardDeviation,
        when: .only(
          backbone != .rnn && roles.contains(.discriminator),
          "for discriminators of backbones conv, resnet and mlp"),
        says:
          "true to show the discriminator how much the examples of a batch differ (Karras et al. 2018)"
      ),
      attention: try keys.value(
        "attention", .attention, default: standard.attention, when: widths,
        says:
          "side of the feature maps, or length of the sequences, that self-attention is added at"))
  }
}

extension ValueKind<Pooling?> {
  /// The poolings that a backbone can have. `none` stands for strides instead of pooling.
  fileprivate static func pooling(of backbone: Backbone) -> Self {
    let names = backbone.poolings.map { $0?.rawValue ?? "none" }
    return Self(
      expected: { _ in
        backbone == .resnet
          ? "max or average with backbone resnet" : "one of \(names.joined(separator: ", "))"
      },
      choices: names,
      parse: { node in
        node.text.flatMap(names.firstIndex).map { backbone.poolings[$0] }
      },
      render: { .text($0?.rawValue ?? "none") })
  }
}

extension ValueKind<Int?> {
  /// The side of feature maps with attention. `none` stands for no attention, so that one network can be without.
  fileprivate static var attention: Self {
    let side = ValueKind<Int>.integer(2...ExampleShape.lengths.upperBound)
    return Self(
      expected: { "none or " + side.expected($0) },
      parse: { node in node.text == "none" ? .some(nil) : side.parse(node).map { .some($0) } },
      render: { $0.map(side.render) ?? .text("none") })
  }
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable & Equatable {
  /// The words of a vocabulary that a backbone can have.
  fileprivate static func choice(among values: [Value], of backbone: Backbone) -> Self {
    let names = values.map(\.rawValue)
    return choice.objecting {
      values.contains($0) ? nil : ("\(alternatives(names)) with backbone \(backbone)", $0.rawValue)
    }
  }
}

extension ValueKind<[Int]> {
  /// A list of layer sizes, as many as a backbone can have: one for `rnn`, 1 to 64 for others.
  fileprivate static func hidden(of backbone: Backbone) -> Self {
    let sizes = list(of: .integer(NetworkSettings.hiddenSizes), allowsRepeats: true)
    let counts = backbone.hiddenCounts
    guard counts.upperBound == 1 else {
      return sizes.objecting {
        counts.contains($0.count)
          ? nil : ("\(counts.lowerBound) to \(counts.upperBound) sizes", "\($0.count)")
      }
    }
    var one = sizes
    one.expected = { name in
      "one " + ValueKind<Int>.integer(NetworkSettings.hiddenSizes).expected(name).dropFirst(3)
    }
    one.parse = { node in sizes.parse(node).flatMap { $0.count == 1 ? $0 : nil } }
    return one
  }
}

extension ValueKind<Int> {
  /// A number of samples that divides a sound's length without remainder.
  fileprivate static func divisor(of length: Int) -> Self {
    var kind = integer(1...length)
    let parseInteger = kind.parse
    kind.expected = { _ in "a divisor of data.length \(length)" }
    kind.parse = { node in parseInteger(node).flatMap { length % $0 == 0 ? $0 : nil } }
    return kind
  }
}

extension Applicability {
  /// Makes a key apply only to models that are trained here.
  static func ownModels(_ family: Family?) -> Applicability {
    ofFamily(
      .only(family != .external, "for models that are trained here", else: "not with trainer"))
  }

  /// Makes a key apply only to models of some families.
  ///
  /// - Parameters:
  ///   - isMeant: True for the families that the key is for.
  ///   - family: The experiment's family; nil where the file names an unknown one.
  ///   - alternative: A key that makes it apply to others too; nil for none.
  static func families(
    where isMeant: (Family) -> Bool, not family: Family?, or alternative: String? = nil
  ) -> Applicability {
    let names = Family.allCases.filter(isMeant).map(\.rawValue)
    let list =
      names.count == 1
      ? "family \(names[0])"
      : "families " + names.dropLast().joined(separator: ", ") + " and \(names[names.count - 1])"
    let only = Applicability.only(
      family.map(isMeant) ?? false,
      "for \(list)\(alternative.map { ", or with \($0)" } ?? "")",
      else: "not \(family?.rawValue ?? "this one")")
    return alternative == nil ? ofFamily(only) : only
  }

  /// A condition that the family alone decides. The reference finds out by itself which families have a key.
  private static func ofFamily(_ condition: Applicability) -> Applicability {
    Applicability(use: nil, reasonAgainst: condition.reasonAgainst)
  }
}
