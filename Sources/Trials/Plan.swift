internal import Specification
internal import Evaluation
public import Training
internal import Experiments
internal import Complaints
public import Datasets
internal import Layers
internal import Models
internal import Records

/// What `lethe check` shows: the model, its dropout sites, and what to be warned of, measured on a few steps
/// that are thrown away.
public struct Plan: Codable, Sendable {
  /// A layer of a network.
  public struct Layer: Codable, Sendable {
    /// Address and name of its parameters' group.
    public let layer: String
    /// Shape of its result for one example.
    public let shape: [Int]
    /// Trainable numbers.
    public let parameters: Int
    /// Time steps that share its tensors; 1 but in recurrent networks.
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
    /// Shape of what passes there, for one example.
    public let shape: [Int]
    /// What is placed there.
    public let dropout: Placement?
  }

  /// Dropout at a site.
  public struct Placement: Codable, Sendable {
    /// Variant.
    public let type: String
    /// Probability of dropping; where it is learned, the first one.
    public let rate: Double
    /// Whether training learns the rate.
    public let isLearned: Bool
    /// How the rate changes: constant, early, late, curriculum or linear.
    public let schedule: String
    /// The step that the schedule refers to; nil for a constant rate.
    public let cutoff: Int?
    /// Who makes up for what is dropped: inverted, test_time or none.
    public let scaling: String
    /// The updates in which it drops, d_step and g_step; nil where there is only one kind.
    public let activeIn: [String]?
    /// Axes along which one mask serves all, beyond those that the variant shares itself.
    public let share: [String]
    /// The variant's own options, defaults included.
    public let options: [String: Double]
    /// Shape of a batch's mask.
    public let mask: [Int]
    /// How often a mask is drawn in one training step, by update: d_step, g_step, or step.
    public let draws: [String: Int]
    /// What one mask serves: a pass, a sequence or a time_step.
    public let drawnFor: String

    private enum CodingKeys: String, CodingKey {
      case type, rate, schedule, cutoff, scaling, share, options, mask, draws
      case isLearned = "learned"
      case activeIn = "active_in"
      case drawnFor = "drawn_for"
    }
  }

  /// An augmentation of what the network that reads examples sees.
  public struct Augmentation: Codable, Sendable {
    /// Its key in `data.augment`.
    public let name: String
    /// How often it is applied in one training step, by update: d_step, g_step, or step.
    public let draws: [String: Int]
  }

  /// The networks' layers in order.
  public let layers: [Layer]
  /// The dropout sites in order.
  public let sites: [Site]
  /// What `data.augment` does, by name.
  public let augment: [Augmentation]
  /// Trainable numbers of all layers.
  public let parameters: Int
  /// Floating-point operations of a training step.
  public let flopsPerStep: Double
  /// Bytes of parameters, moments, averages and what a step works on.
  public let memoryBytes: Int
  /// Seconds that all steps will take at the measured speed.
  public let seconds: Double
  /// What is likely to be a mistake.
  public let warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case layers, sites, augment, parameters, seconds, warnings
    case flopsPerStep = "flops_per_step"
    case memoryBytes = "memory_bytes"
  }
}

extension Plan {
  /// Steps that are timed, after one that is not.
  private static let timedSteps = 3

  /// Describes a session that has not been trained and will not be.
  ///
  /// - Parameter data: What it would be trained on.
  /// - Throws: `InputError` for whatever a trial would be refused for, and when the first steps already diverge.
  public init(_ session: TrainingSession, _ data: Dataset) throws {
    let experiment = session.experiment
    _ = try Measuring(session, data)
    let table = try ModelTable(
      session.model, dropout: session.dropout, batch: experiment.train.batch)
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
    case .recurrent: drawnFor = mask.count == 3 && mask[1] > 1 ? "time_step" : "sequence"
    default: drawnFor = "pass"
    }
  }
}

/// Counts by the names of updates.
private func named(_ draws: [Phase: Int]) -> [String: Int] {
  Dictionary(uniqueKeysWithValues: draws.map { ($0.key.rawValue, $0.value) })
}
