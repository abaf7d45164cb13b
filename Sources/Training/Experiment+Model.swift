internal import Layers
internal import Models
public import Records
public import Datasets

/// What an experiment file means for the model, in the terms of the modules below.
extension Experiment {
  /// The network description.
  ///
  /// - Throws: `InputError` for what this version cannot train.
  func modelSpecification() throws -> ModelSpecification {
    let backbone: Models.Backbone =
      switch model.backbone {
      case .mlp: .mlp
      case .conv: .conv
      case .resnet: .resnet
      case .rnn: .rnn
      }
    let roles: (synthesis: NetworkRole, analysis: NetworkRole) =
      model.family == .gan ? (.generator, .discriminator) : (.decoder, .encoder)
    return ModelSpecification(
      family: model.family == .gan ? .gan : .vae, backbone: backbone,
      example: example, latent: model.latent,
      pool: isConvolutional ? Downsampling(rawValue: model.pool.rawValue) : nil,
      cell: RecurrentKind(rawValue: model.cell.rawValue) ?? .gru,
      frame: model.frame,
      outputsAreLogits: model.family == .vae && loss.likelihood == .bernoulli,
      overrides: [
        roles.synthesis: overrides(model.synthesis), roles.analysis: overrides(model.analysis),
      ])
  }

  /// What one example is.
  var example: ExampleShape {
    switch data.kind {
    case .images: .image(height: data.size, width: data.size, channels: data.channels)
    case .audio: .sound(samples: data.length)
    }
  }

  private var isConvolutional: Bool { model.backbone == .conv || model.backbone == .resnet }

  private func overrides(_ network: Model.Network) -> NetworkOverrides {
    NetworkOverrides(
      width: isConvolutional ? network.width : nil,
      hidden: isConvolutional ? nil : network.hidden,
      norm: model.backbone == .rnn ? nil : Normalization(rawValue: network.norm.rawValue))
  }

  /// The model with its dropout plan.
  ///
  /// - Throws: `InputError` naming the file, line and key of what does not fit.
  func makeModel() throws -> (model: GenerativeModel, dropout: DropoutPlan) {
    try locatingErrors {
      let model = try GenerativeModel(modelSpecification())
      return (model, try model.dropoutPlan(dropoutEntries(), steps: train.steps))
    }
  }

  /// Makes sure that the model can be built with its dropout, and that the metrics asked for are there.
  ///
  /// - Throws: `InputError` naming the file, line and key of what does not fit.
  public func checkModel() throws {
    _ = try makeModel()
    try checkPrimaryMetrics()
  }

  /// Turns what is wrong with the model into what is wrong with the file.
  ///
  /// - Throws: `InputError` naming the file, line and key, in the place of a `ModelError`.
  func locatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ModelError {
      let key = error.what.replacing("[", with: ".").replacing("]", with: "")
      let path = String(key.prefix { $0 != " " })
      throw InputError(
        place(of: path), key: error.what, expected: error.expected, found: error.found)
    }
  }

  private func dropoutEntries() throws -> [Layers.DropoutEntry] {
    dropout.map { entry in
      let phases = entry.activeIn.compactMap { DropoutPhase(rawValue: $0.rawValue) }
      return Layers.DropoutEntry(
        type: entry.type, at: entry.at, rate: entry.rate,
        activeIn: model.family == .gan ? Set(phases) : nil,
        scaling: entry.scaling.flatMap { DropoutScaling(rawValue: $0.rawValue) },
        share: entry.share.compactMap { Axis(rawValue: $0.rawValue) },
        schedule: DropoutSchedule(rawValue: entry.schedule.rawValue) ?? .constant,
        cutoff: entry.cutoff, options: entry.options.mapValues(Self.option))
    }
  }

  private static func option(_ value: YAMLValue) -> DropoutOptionValue {
    switch value {
    case .integer(let number): .number(Double(number))
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    default: .text("\(value)")
    }
  }

  /// What the model's pixels or samples are: −1…1 for tanh and Gaussian outputs, 0…1 for Bernoulli ones.
  var valueRange: ValueRange {
    model.family == .vae && loss.likelihood == .bernoulli ? .unit : .symmetric
  }

  /// Loads the data and checks that a batch fits in it.
  ///
  /// - Throws: `DataError` or `InputError`.
  public func loadData(progress: LoadProgress?) throws -> Dataset {
    let dataset = try data.kind == .images ? loadImages(progress) : loadSounds(progress)
    guard train.batch <= dataset.training.count else {
      throw InputError(
        place(of: "train.batch"), key: "train.batch",
        expected: "at most the \(dataset.training.count) training examples there are",
        found: "\(train.batch)")
    }
    return dataset
  }

  private func loadImages(_ progress: LoadProgress?) throws -> Dataset {
    let source: ImageSource =
      switch data.origin {
      case .builtIn: .shapes
      case .files(let path): .path(path.resolved)
      }
    return try Dataset.load(
      ImageRequest(
        source: source, size: data.size, channels: data.channels, limit: data.limit,
        holdout: data.holdout, skipBroken: data.skipBroken), progress: progress)
  }

  private func loadSounds(_ progress: LoadProgress?) throws -> Dataset {
    let source: SoundSource =
      switch data.origin {
      case .builtIn: .tones
      case .files(let path): .path(path.resolved)
      }
    return try Dataset.load(
      SoundRequest(
        source: source, sampleRateHz: data.sampleRateHz, length: data.length, limit: data.limit,
        holdout: data.holdout, skipBroken: data.skipBroken), progress: progress)
  }
}
