internal import Experiments
package import Media
internal import Complaints
package import Layers
package import Models
internal import Records
internal import Datasets

/// What an experiment file means for the model, in the terms of the modules below.
extension Experiment {
  /// The network description.
  ///
  /// - Parameter classes: How many a classifier tells apart.
  /// - Throws: `InputError` as `example` does.
  func modelSpecification(classes: Int) throws -> ModelSpecification {
    let backbone: Models.Backbone =
      switch model.backbone {
      case .mlp: .mlp
      case .conv: .conv
      case .resnet: .resnet
      case .rnn: .rnn
      }
    let family: ModelFamily =
      switch model.family {
      case .gan: .gan
      case .vae: .vae
      case .detector: .detector
      case .classifier: .classifier
      }
    let settings = family.roles.map { ($0, $0.isGenerative ? model.synthesis : model.analysis) }
    return ModelSpecification(
      family: family, backbone: backbone, example: try example, latent: model.latent,
      classes: classes,
      pool: isConvolutional ? Downsampling(rawValue: model.pool.rawValue) : nil,
      cell: RecurrentKind(rawValue: model.cell.rawValue) ?? .gru,
      frame: model.frame,
      outputsAreLogits: model.family == .vae && loss.likelihood == .bernoulli,
      overrides: Dictionary(uniqueKeysWithValues: settings.map { ($0, overrides($1)) }))
  }

  /// What one example is.
  ///
  /// - Throws: `InputError` for images whose size or channels neither the file says nor the data have settled.
  package var example: ExampleShape {
    get throws {
      guard data.kind == .images else { return .sound(samples: data.length) }
      guard let size = data.size, let channels = data.channels else {
        let key = data.size == nil ? "data.size" : "data.channels"
        throw InputError(place(of: "data"), key: key, expected: "a number", found: "none")
      }
      return .image(height: size, width: size, channels: channels)
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
  /// - Parameter classes: How many a classifier tells apart; another number changes its last layer only.
  /// - Throws: `InputError` naming the file, line and key of what does not fit.
  package func makeModel(classes: Int = 2) throws -> (model: ModelNetworks, dropout: DropoutPlan) {
    try locatingErrors {
      let model = try ModelNetworks(try modelSpecification(classes: max(2, classes)))
      return (model, try model.dropoutPlan(dropoutEntries(), steps: train.steps))
    }
  }

  /// Turns what is wrong with the model into what is wrong with the file.
  ///
  /// - Throws: `InputError` naming the file, line and key, in the place of a `ModelError`.
  func locatingErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ModelError {
      let path = String(error.what.prefix { $0 != " " })
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

  /// What the model's pixels or samples are: −1…1 for tanh and Gaussian outputs, 0…1 for Bernoulli ones. A
  /// detector or classifier sees pixels in 0…1 and sounds in −1…1.
  package var valueRange: ValueRange {
    switch model.family {
    case .gan: .symmetric
    case .vae: loss.likelihood == .bernoulli ? .unit : .symmetric
    case .detector, .classifier: data.kind == .images ? .unit : .symmetric
    }
  }
}
