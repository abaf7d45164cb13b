internal import Complaints
internal import Autodiff
internal import Layers

/// One network of a model with every default filled in and every value checked.
struct NetworkSpecification {
  let role: NetworkRole
  let family: ModelFamily
  let backbone: Backbone
  let example: ExampleShape
  let latent: Int
  let classes: Int
  /// Channels at the highest resolution.
  let width: Int
  /// Sizes from the network's input to its output.
  let hidden: [Int]
  let norm: Normalization
  /// Pooling where the resolution falls; nil for strides.
  let pooling: Pooling?
  /// Recurrent cell.
  let cell: RecurrentKind
  /// Samples of a recurrent network's time step.
  let frame: Int
  /// Whether a decoder's output are logits of values in 0…1.
  let outputsAreLogits: Bool

  /// One side of a model.
  ///
  /// - Throws: `ModelError` about the first setting that does not hold.
  init(_ model: ModelSpecification, role: NetworkRole) throws {
    try NetworkSpecification.check(model)
    let own = model.overrides[role] ?? NetworkOverrides()
    let shared = model.hidden ?? (model.backbone == .rnn ? [128] : [256, 512])
    self.role = role
    family = model.family
    backbone = model.backbone
    example = model.example
    latent = model.latent
    classes = model.classes
    width = own.width ?? model.width ?? 64
    hidden = own.hidden ?? (role.isGenerative ? shared : shared.reversed())
    norm = own.norm ?? model.norm ?? NetworkSpecification.standardNorm(model)
    pooling = NetworkSpecification.pooling(model)
    cell = model.cell
    frame = model.frame
    outputsAreLogits = model.outputsAreLogits
  }

  /// Networks of sounds (WaveGAN) and fully connected ones have none by default.
  private static func standardNorm(_ model: ModelSpecification) -> Normalization {
    guard model.backbone.isConvolutional, case .image = model.example else { return .none }
    return .batch
  }

  private static func pooling(_ model: ModelSpecification) -> Pooling? {
    switch model.pool ?? (model.backbone == .resnet ? .average : .none) {
    case .none: nil
    case .max: .max
    case .average: .average
    }
  }

  private static func check(_ model: ModelSpecification) throws {
    for role in NetworkRole.allCases where model.overrides[role] != nil {
      try ModelError.require(
        model.family.roles.contains(role), "model.\(role.rawValue)",
        expected: model.family.roles.map(\.rawValue).joined(separator: " or ")
          + " with family \(model.family.rawValue)", found: role.rawValue)
    }
    switch model.example {
    case .image(let height, let width, let channels):
      try inRange(height, 1...4096, "data.size")
      try inRange(width, 1...4096, "data.size")
      try ModelError.require(
        channels == 1 || channels == 3, "data.channels", expected: "1 or 3", found: "\(channels)")
    case .sound(let samples): try inRange(samples, 1...16_777_216, "data.length")
    }
    try inRange(model.latent, 1...65536, "model.latent")
    try ModelError.require(
      model.classes > 1, "data", expected: "at least 2 classes", found: "\(model.classes)")
    if let pool = model.pool {
      try ModelError.require(
        model.backbone.isConvolutional, "model.pool",
        expected: "no pool with backbone \(model.backbone.rawValue)", found: pool.rawValue)
      try ModelError.require(
        model.backbone != .resnet || pool != .none, "model.pool",
        expected: "max or average with backbone resnet", found: pool.rawValue)
    }
    let whole = NetworkOverrides(width: model.width, hidden: model.hidden, norm: model.norm)
    try check(whole, "model", model.backbone)
    for role in model.family.roles {
      try check(
        model.overrides[role] ?? NetworkOverrides(), "model.\(role.rawValue)", model.backbone)
    }
  }

  /// Checks the settings that a whole model and each of its networks may have.
  private static func check(
    _ settings: NetworkOverrides, _ path: String, _ backbone: Backbone
  ) throws {
    if let width = settings.width {
      try ModelError.require(
        backbone.isConvolutional, path + ".width",
        expected: "no width with backbone \(backbone.rawValue), but hidden", found: "\(width)")
      try inRange(width, 1...4096, path + ".width")
    }
    if let hidden = settings.hidden {
      try ModelError.require(
        !backbone.isConvolutional, path + ".hidden",
        expected: "no hidden with backbone \(backbone.rawValue), but width", found: "\(hidden)")
      let counts = backbone == .rnn ? 1...1 : 1...64
      try ModelError.require(
        counts.contains(hidden.count), path + ".hidden",
        expected: backbone == .rnn ? "one size" : "1 to 64 sizes", found: "\(hidden.count)")
      for size in hidden { try inRange(size, 1...65536, path + ".hidden") }
    }
    try ModelError.require(
      backbone != .mlp || settings.norm != .instance, path + ".norm",
      expected: "batch, layer, spectral or none with backbone mlp, as vectors have no places",
      found: "instance")
    try ModelError.require(
      backbone != .rnn || (settings.norm ?? Normalization.none) == Normalization.none,
      path + ".norm",
      expected: "none with backbone rnn", found: settings.norm?.rawValue ?? "")
  }

  private static func inRange(_ value: Int, _ range: ClosedRange<Int>, _ what: String) throws {
    try ModelError.require(
      range.contains(value), what, expected: "\(range.lowerBound) to \(range.upperBound)",
      found: "\(value)")
  }

  /// DCGAN's first values for convolutional GANs of images, PyTorch's for all others.
  var initialization: Initialization {
    guard family == .gan, backbone == .conv, case .image = example else { return .pyTorch }
    return .dcgan
  }

  /// Leaky ReLU wherever the peers' networks have it.
  var activation: Activation {
    switch (family, backbone, role) {
    case (.gan, .mlp, _), (.gan, .conv, .discriminator): .leakyRelu
    default: .relu
    }
  }

  /// What a frame goes through before a network that makes frames is fed it.
  var feedback: Activation? { outputsAreLogits ? .sigmoid : outputActivation }

  /// The sizes of one example of the input.
  var input: Shape { role.isGenerative ? [latent] : example.sizes }

  /// The meaning of the input's axes.
  var inputAxes: [Axis] { role.isGenerative ? [.batch, .features] : example.axes }

  /// Length of the result of a network that reads examples.
  var outputs: Int {
    switch role {
    case .encoder: 2 * latent
    case .classifier: classes
    case .detector: 2
    case .generator, .discriminator, .decoder: 1
    }
  }

  /// The function after the last contraction.
  var outputActivation: Activation? { role == .generator ? .tanh : nil }
}

extension Normalization {
  /// The layer, if it is one.
  func layer(
    _ address: String, channels: Int, initialization: Initialization
  ) -> (any Layer)? {
    switch self {
    case .batch: BatchNorm(address, channels: channels, initialization: initialization)
    case .layer: LayerNorm(address, channels: channels, initialization: initialization)
    case .instance: InstanceNorm(address, channels: channels, initialization: initialization)
    case .spectral, .none: nil
    }
  }

  /// Whether it subtracts each channel's mean, so that a bias a channel before it has no effect.
  var removesBias: Bool { self == .batch || self == .instance }
}
