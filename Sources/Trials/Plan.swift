internal import Specification
internal import Evaluation
public import Training
internal import Experiments
internal import Complaints
public import Datasets
internal import Layers
internal import Models
internal import Records

/// The report of `lethe check`: the model, its dropout sites, its cost and warnings. Time is measured on a
/// few steps that are thrown away.
public struct Plan: Codable, Sendable {
  /// A layer of a network.
  public struct Layer: Codable, Sendable {
    /// The layer's address.
    public let layer: String
    /// Shape of its output for one example.
    public let shape: [Int]
    /// Number of trainable values.
    public let parameters: Int
    /// Number of time steps that share its tensors; 1 except in recurrent networks.
    public let steps: Int
    /// Tensors as they are named in a checkpoint, with their shapes.
    public let tensors: [Tensor]
  }

  /// A tensor of a checkpoint.
  public struct Tensor: Codable, Sendable {
    /// Name in the checkpoint.
    public let name: String
    /// Shape in PyTorch's axis order.
    public let shape: [Int]
  }

  /// A place where dropout can go.
  public struct Site: Codable, Sendable {
    /// `<network>.<block>.<place>`.
    public let site: String
    /// Names of the axes.
    public let axes: [String]
    /// Shape of the values there, for one example.
    public let shape: [Int]
    /// The dropout that is placed there; nil without any.
    public let dropout: Placement?
  }

  /// Dropout at a site.
  public struct Placement: Codable, Sendable {
    /// Name of the variant.
    public let type: String
    /// Probability of dropping; the initial one where it is learned.
    public let rate: Double
    /// True where training learns the rate.
    public let isLearned: Bool
    /// Schedule of the rate: constant, early, late, curriculum or linear.
    public let schedule: String
    /// The step that the schedule refers to; nil for a constant rate.
    public let cutoff: Int?
    /// Scaling that makes up for what is dropped: inverted, test_time or none.
    public let scaling: String
    /// The updates in which it drops, d_step and g_step; nil where there is only one kind.
    public let activeIn: [String]?
    /// Axes along which one mask serves all positions, beyond those that the variant shares by itself.
    public let share: [String]
    /// The variant's own options, defaults included.
    public let options: [String: Double]
    /// Shape of the mask of a batch.
    public let mask: [Int]
    /// Number of masks drawn in one training step, by update: d_step, g_step, or step.
    public let draws: [String: Int]
    /// Span that one mask is used for: a pass, a sequence or a time_step.
    public let drawnFor: String

    private enum CodingKeys: String, CodingKey {
      case type, rate, schedule, cutoff, scaling, share, options, mask, draws
      case isLearned = "learned"
      case activeIn = "active_in"
      case drawnFor = "drawn_for"
    }
  }

  /// An augmentation for the network that reads examples: the discriminator, encoder or classifier.
  public struct Augmentation: Codable, Sendable {
    /// Its key in `data.augment`.
    public let name: String
    /// Number of times that it is applied in one training step, by update: d_step, g_step, or step.
    public let draws: [String: Int]
  }

  /// The form in which networks see sounds, in words; nil for images.
  public let form: String?
  /// The networks' layers in order.
  public let layers: [Layer]
  /// The dropout sites in order.
  public let sites: [Site]
  /// The augmentations of `data.augment`, by name.
  public let augment: [Augmentation]
  /// Number of trainable values of all layers.
  public let parameters: Int
  /// Floating-point operations of the matrix products and convolutions of a training step.
  public let flopsPerStep: Double
  /// Bytes of parameters, moments, averages and a step's working memory.
  public let memoryBytes: Int
  /// Seconds that all steps will take at the measured speed.
  public let seconds: Double
  /// Warnings about likely mistakes, a sentence each.
  public var warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case form, layers, sites, augment, parameters, seconds, warnings
    case flopsPerStep = "flops_per_step"
    case memoryBytes = "memory_bytes"
  }
}

extension Plan {
  /// Number of steps that are timed, after one that is not.
  private static let timedSteps = 3

  /// Describes a session that has done no steps. It does a few, so that the session cannot serve for a
  /// trial.
  ///
  /// - Parameter data: The data that it would be trained on.
  /// - Throws: `InputError` for whatever a trial would be refused for, and when the first steps diverge.
  public init(_ session: TrainingSession, _ data: Dataset) throws {
    let experiment = session.experiment
    _ = try Measuring(session, data)
    let table = try ModelTable(
      session.model, dropout: session.dropout, batch: experiment.train.batch)
    form = session.codec.words
    layers = table.layers.map { layer in
      Layer(
        layer: layer.address, shape: Array(layer.shape.dropFirst()),
        parameters: layer.parameterCount, steps: layer.steps,
        tensors: layer.parameters.map { Tensor(name: $0.name, shape: $0.shape) })
    }
    sites = table.sites.map { row in
      Site(
        site: row.site.address, axes: row.site.axes.map(\.rawValue), shape: row.site.example,
        dropout: row.placement.map { Placement($0, row.maskShape ?? [], session) })
    }
    augment = session.draws.augmentations.sorted { $0.key < $1.key }
      .map { Augmentation(name: $0.key, draws: named($0.value)) }
    parameters = table.parameterCount
    seconds = try Self.secondsOfStep(session) * Double(experiment.train.steps)
    flopsPerStep = session.flops
    memoryBytes = session.memoryBytes
    warnings = try Warnings(experiment, session.dropout, session.model).texts()
  }

  private static func secondsOfStep(_ session: TrainingSession) throws -> Double {
    do {
      try session.advance()
      let time = try ContinuousClock().measure {
        for _ in 0..<timedSteps { try session.advance() }
      }
      return time / .seconds(1) / Double(timedSteps)
    } catch let error as DivergenceError {
      let key = "optimizer.learning_rate"
      throw InputError(
        session.experiment.place(of: key), key: key, "the first steps diverge: \(error)")
    }
  }
}

extension Plan.Placement {
  fileprivate init(_ placement: DropoutPlacement, _ mask: [Int], _ session: TrainingSession) {
    let entry = placement.entry
    (type, rate, isLearned) = (entry.type, entry.rate, !placement.variant.takesSchedule)
    (schedule, cutoff) = (entry.schedule.name.rawValue, entry.schedule.cutoff)
    scaling = placement.scaling.rawValue
    let isSingle = session.experiment.model.family.phases.count == 1
    activeIn = isSingle ? nil : entry.activeIn.map(\.rawValue).sorted()
    share = entry.share.map(\.rawValue)
    let names = placement.variant.options.map(\.name)
    options = Dictionary(uniqueKeysWithValues: names.map { ($0, placement.options[$0]) })
    self.mask = mask
    draws = named(session.draws.sites[placement.site.address] ?? [:])
    switch placement.site.kind {
    case _ where !placement.variant.drawsAnew: drawnFor = "example"
    case .recurrent: drawnFor = mask.count == 3 && mask[1] > 1 ? "time_step" : "sequence"
    default: drawnFor = "pass"
    }
  }
}

/// The counts with the names of the updates as keys.
private func named(_ draws: [Phase: Int]) -> [String: Int] {
  Dictionary(uniqueKeysWithValues: draws.map { ($0.key.rawValue, $0.value) })
}
