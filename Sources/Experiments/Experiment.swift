public import Complaints
public import Specification

/// One experiment: everything that its file says, with defaults for what it does not say.
///
/// An experiment is only ever read from YAML, so that every one there is has been checked; to
/// change a setting, override it (`overriding`).
public struct Experiment: Sendable {
  /// What a seed can be.
  public static let seeds = 0...0xFFFF_FFFF

  /// `name`, which is also the name of the results folder.
  public let name: String
  /// `seed` of a single run: the key of every random stream; 0 by default.
  public let seed: Int
  /// `data`.
  public let data: Data
  /// `model`.
  public let model: Architecture
  /// `loss`.
  public let loss: Loss
  /// `optimizer`.
  public let optimizer: Optimizer
  /// `train`.
  public let train: Train
  /// `dropout`, in the order written.
  public let dropout: [DropoutEntry]
  /// `sampling`.
  public let sampling: Sampling
  /// `metrics`.
  public let metrics: Metrics
  /// `slurm`: what a cluster is asked for.
  public let slurm: Slurm
  /// `claim`, nil when the experiment puts nothing to the test.
  public let claim: Claim?
  /// `ablation`, nil when there is none: then the experiment is a single trial.
  public let ablation: Ablation?

  /// What a user should know of how the file was read, a line each: keys of the file that settings given elsewhere
  /// leave without effect.
  public let notes: [String]
  /// The file as the user named it.
  public let file: String
  /// What the data have settled, as overrides; see `settling`.
  public internal(set) var settled: [Override] = []
  /// Every key that applies, defaults included.
  let resolved: YAMLValue
  /// Where relative paths start.
  public let folder: String
  let tree: YAMLNode

  /// Reads an experiment from its parsed document.
  ///
  /// - Parameters:
  ///   - folder: Where relative paths start.
  ///   - omissions: See `SectionReader`.
  ///   - notes: See the property.
  init(
    _ tree: YAMLNode, file: String, folder: String, omissions: Omissions? = nil,
    notes: [String] = []
  ) throws {
    let keys = try SectionReader(tree, path: "", omissions: omissions)
    name = try keys.required("name", .folderName)
    seed = try keys.value("seed", .integer(Self.seeds), default: 0)
    for section in ["data", "model"] where !keys.isGiven(section) {
      throw keys.missing([section], "a mapping of keys")
    }
    // What data there must be depends on the family; what the family's text is worth is said below.
    let family = tree.text(of: "model.family").flatMap(Family.init)
    let data = try keys.section("data") { try Data($0, family: family, folder: folder) }
    let model = try keys.section("model") { try Architecture($0, data: data) }
    loss = try keys.section("loss") { try Loss($0, family: model.family, data: data.kind) }
    optimizer = try keys.section("optimizer") { try Optimizer($0, family: model.family) }
    let train = try keys.section("train") { try Train($0, family: model.family) }
    dropout = try keys.sections("dropout") {
      try DropoutEntry($0, family: model.family, steps: train.steps)
    }
    sampling = try keys.section("sampling") { try Sampling($0) }
    metrics = try keys.section("metrics") {
      try Metrics($0, data: data, family: model.family, folder: folder)
    }
    claim = try keys.optionalSection("claim") { try Claim($0) }
    slurm = try keys.optionalSection("slurm") { try Slurm($0) } ?? Slurm()
    ablation = try keys.optionalSection("ablation") { try Ablation($0) }
    try keys.finish()
    (self.data, self.model, self.train) = (data, model, train)
    self.notes = notes
    resolved = .mapping(keys.resolved)
    (self.file, self.folder, self.tree) = (file, folder, tree)
  }

  /// The same experiment with other values for some keys, checked as the file was.
  ///
  /// - Throws: `InputError`, which names the place of an override.
  public func overriding(_ overrides: [Override]) throws -> Experiment {
    try Experiment(tree, overrides: overrides, file: file, folder: folder)
  }

  /// Where a dotted key was written: its line, or that of the innermost section of it that was.
  public func place(of key: String) -> SourcePlace { tree.place(of: key) }

  /// Whether a dotted key was written, and does not merely have its default.
  public func isGiven(_ key: String) -> Bool { tree.has(key) }
}

extension Experiment: Equatable {
  /// Whether two experiments say the same, wherever it was written.
  public static func == (a: Experiment, b: Experiment) -> Bool {
    a.resolved == b.resolved && a.data == b.data && a.metrics == b.metrics
  }
}
