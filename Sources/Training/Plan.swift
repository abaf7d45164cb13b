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
    /// Probability of dropping.
    public let rate: Double
    /// Shape of a batch's mask.
    public let mask: [Int]
  }

  /// The networks' layers in order.
  public let layers: [Layer]
  /// The dropout sites in order.
  public let sites: [Site]
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
    case layers, sites, parameters, seconds, warnings
    case flopsPerStep = "flops_per_step"
    case memoryBytes = "memory_bytes"
  }
}

extension Plan {
  /// Steps that are timed, after one that is not.
  private static let timedSteps = 3

  /// Describes a session that has not been trained and will not be.
  ///
  /// - Throws: `DivergenceError` when the first steps already diverge.
  public init(_ session: TrainingSession) throws {
    let experiment = session.experiment
    let table = try ModelTable(
      session.model, dropout: session.dropout, batch: experiment.train.batch)
    layers = table.layers.map { layer in
      Layer(
        layer: layer.address, shape: Array(layer.shape.dropFirst()),
        parameters: layer.parameterCount,
        tensors: layer.parameters.map { Tensor(name: $0.name, shape: $0.shape) })
    }
    sites = table.sites.map { row in
      Site(
        site: row.site.address, axes: row.site.axes.map(\.rawValue), shape: row.site.example,
        dropout: row.placement.map {
          Placement(type: $0.entry.type, rate: $0.entry.rate, mask: row.maskShape ?? [])
        })
    }
    parameters = table.parameterCount
    try session.advance()
    let time = try ContinuousClock().measure {
      for _ in 0..<Self.timedSteps { try session.advance() }
    }
    seconds = time / .seconds(1) / Double(Self.timedSteps) * Double(experiment.train.steps)
    flopsPerStep = session.flops
    memoryBytes = session.memoryBytes
    warnings = Self.warnings(experiment, session.dropout, session.model)
  }

  private static func warnings(
    _ experiment: Experiment, _ dropout: DropoutPlan, _ model: GenerativeModel
  ) -> [String] {
    var warnings: [String] = []
    let loss = experiment.loss
    if experiment.model.family == .gan, loss.adversarial == .wasserstein, loss.gpLambda == 0 {
      warnings.append("loss.adversarial wasserstein without loss.gp_lambda does not bound the critic")
    }
    if experiment.ablation != nil {
      warnings.append("ablation: train runs the single trial that the file describes without it")
    }
    if experiment.isGiven("metrics.features") || experiment.isGiven("metrics.primary") {
      warnings.append("metrics: this version draws metrics.samples samples and measures nothing on them")
    }
    let sites = Set(dropout.placements.map(\.site.address))
    for address in model.sites.map(\.address) where sites.contains(address) {
      if address.hasSuffix(".pre_norm") {
        warnings.append("dropout at \(address) changes the variance that the norm learns")
      }
    }
    return warnings
  }
}
