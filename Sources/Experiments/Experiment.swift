public import Complaints
public import Specification

/// One experiment: all settings of its file, with defaults for those that the file leaves out.
///
/// An experiment can only be read from YAML, so that every instance has been checked. To change a
/// setting, override it (`overriding`).
public struct Experiment: Sendable {
  /// The range of seeds: 0 to 2³² − 1.
  public static let seeds = 0...0xFFFF_FFFF

  /// `name`.
  public let name: String
  /// `seed`.
  public let seed: Int
  /// `data`.
  public let data: Data
  /// `trainer`; nil where the networks of `model` are trained here.
  public let trainer: Trainer?
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
  /// `slurm`.
  public let slurm: Slurm
  /// `claim`; nil when the experiment tests no claim.
  public let claim: Claim?
  /// `ablation`; nil when there is none, and the experiment is a single trial.
  public let ablation: Ablation?

  /// Notes for the user on how the file was read, one line each: keys of the file that settings given
  /// elsewhere leave without effect.
  public let notes: [String]
  /// The file as the user named it.
  public let file: String
  /// The values that the data have settled, as overrides; see `settling`.
  public internal(set) var settled: [Override] = []
  /// The resolved configuration: every key that applies, defaults included.
  let resolved: YAMLValue
  /// The folder at which relative paths start.
  public let folder: String
  let tree: YAMLNode

  /// Reads an experiment from its parsed document.
  ///
  /// - Parameters:
  ///   - folder: The folder at which relative paths start.
  ///   - omissions, recorder: See `SectionReader`.
  ///   - notes: See the property `notes`.
  init(
    _ tree: YAMLNode, file: String, folder: String, omissions: Omissions? = nil,
    recorder: KeyRecorder? = nil, notes: [String] = []
  ) throws {
    let keys = try SectionReader(tree, path: "", omissions: omissions, recorder: recorder)
    name = try keys.required(
      "name", .folderName, says: "name of the experiment, and of its results folder")
    seed = try keys.value(
      "seed", .integer(Self.seeds), default: 0,
      says: "seed of a single run; every random number follows from it")
    let trainer = try keys.additionalSection(
      "trainer", says: "a program of your own that trains in the place of the networks of `model`",
      Trainer.init)
    for section in ["data", "model"] where !keys.isGiven(section) {
      if section == "model", trainer != nil { continue }
      throw keys.missing([section], "a mapping of keys")
    }
    // The keys of `data` depend on the model. Errors in these keys themselves are reported when `model` is read.
    let named = Family.allCases.first { $0.rawValue == tree.text(of: "model.family") }
    let family = trainer == nil ? named : .external
    let own = Applicability.ownModels(family)
    let backbone =
      tree.text(of: "model.backbone").flatMap(Backbone.init) ?? Architecture.standardBackbone
    let isConditional = tree.text(of: "model.conditional") == "true"
    let data = try keys.section(
      "data", says: "the training examples, and those that are kept from training"
    ) {
      try Data(
        $0, family: family, backbone: backbone, isConditional: isConditional, folder: folder)
    }
    let model = try keys.section("model", when: own, says: "the networks") {
      trainer == nil ? try Architecture($0, data: data) : .external
    }
    loss = try keys.section("loss", when: own, says: "what training minimises") {
      try Loss($0, model: model, data: data)
    }
    // The schedule of learning rates ends with the training.
    let train = try keys.section(
      "train", when: own,
      says: "length of a training, size of its batches, and the files that it writes"
    ) {
      try trainer.map { Train(steps: $0.steps ?? 1, threads: $0.threads) }
        ?? Train($0, family: model.family)
    }
    optimizer = try keys.section(
      "optimizer", when: own, says: "the rule by which weights are updated"
    ) {
      try Optimizer($0, family: model.family, steps: train.steps)
    }
    dropout = try keys.sections(
      "dropout", when: own,
      says:
        "the kinds of dropout and the sites where they are placed; a variant may have options of its own beside these keys"
    ) {
      try DropoutEntry($0, family: model.family, steps: train.steps)
    }
    let sampling = try keys.section(
      "sampling", when: own, says: "what dropout does while samples are drawn"
    ) {
      try Sampling($0, family: model.family, averages: train.ema)
    }
    metrics = try keys.section("metrics", says: "the measurements of a trained model") {
      try Metrics(
        $0, data: data, family: model.family, sampling: sampling, folder: folder)
    }
    claim = try keys.optionalSection(
      "claim", says: "a claim about dropout, and the results that count as reproducing it"
    ) { try Claim($0) }
    slurm =
      try keys.optionalSection("slurm", says: "what is asked of the scheduler of a cluster") {
        try Slurm($0)
      } ?? Slurm()
    ablation = try keys.optionalSection(
      "ablation",
      says:
        "the arms that are compared, each trained with every seed; without it the experiment is a single trial"
    ) { try Ablation($0, own: own) }
    try keys.finish()
    (self.data, self.model, self.train, self.sampling) = (data, model, train, sampling)
    self.trainer = trainer
    try trainer?.check(others: ablation?.namesOfValues ?? [], place: tree.place)
    try Self.checkRule(of: train, metrics, in: tree)
    try Self.checkCheckpoints(of: metrics, train, in: tree)
    try ablation?.checkTuning(data, place: tree.place)
    resolved = .mapping(keys.resolved)
    (self.file, self.folder, self.tree, self.notes) = (file, folder, tree, notes)
  }

  /// Checks that the metric of `train.until` is measured at least once.
  private static func checkRule(of train: Train, _ metrics: Metrics, in tree: YAMLNode) throws {
    guard train.until != nil, !(1...train.steps).contains(metrics.every) else { return }
    throw InputError(
      tree.place(of: "train.until"), key: "train.until",
      expected:
        "metrics.every from 1 to the \(train.steps) steps of training, as its metric is measured so often",
      found: "\(metrics.every)")
  }

  /// Checks that training comes to every step whose model is to be kept.
  private static func checkCheckpoints(
    of metrics: Metrics, _ train: Train, in tree: YAMLNode
  ) throws {
    guard let beyond = metrics.checkpoints.first(where: { $0 > train.steps }) else { return }
    throw InputError(
      tree.place(of: "metrics.checkpoints"), key: "metrics.checkpoints",
      expected: "steps of the training, which has \(train.steps)", found: "\(beyond)")
  }

  /// The same experiment with other values for some keys, checked as the file was.
  ///
  /// - Throws: `InputError`, which names the place of an override.
  public func overriding(_ overrides: [Override]) throws -> Experiment {
    try Experiment(tree, overrides: overrides, file: file, folder: folder)
  }

  /// The place where a dotted key was written, or else that of the innermost section around it that was written.
  public func place(of key: String) -> SourcePlace { tree.place(of: key) }

  /// True if a dotted key was written, false if it only has its default.
  public func isGiven(_ key: String) -> Bool { tree.has(key) }
}

extension Experiment: Equatable {
  /// True if both experiments have the same settings, wherever these were written.
  public static func == (a: Experiment, b: Experiment) -> Bool {
    a.resolved == b.resolved && a.data == b.data && a.metrics == b.metrics
  }
}
