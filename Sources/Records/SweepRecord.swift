public import Experiments
internal import Complaints
public import Foundation

/// The plan of an ablation: `sweep.json` in the results folder. It gives the arm and seed of every trial
/// folder, and is written before the first trial starts.
public struct SweepRecord: Codable, Sendable, Equatable {
  /// A group of settings that is trained with every seed.
  public struct Arm: Codable, Sendable, Equatable {
    /// Name in the report and in the names of its trials' folders.
    public var name: String
    /// Name of its placement; nil for a baseline.
    public var placement: String?
    /// Globs of the sites that its dropout is placed at; empty without dropout.
    public var sites: [String]
    /// Dropout variant; nil without dropout.
    public var type: String?
    /// Drop probability; nil without dropout.
    public var rate: Double?
    /// Name of its baseline; nil for an arm of a placement.
    public var baseline: String?
    /// Its values of the grid's keys, in the grid's order.
    public var grid: [Setting]
    /// Name of the arm that it is compared with, at the same values of the grid: the one without dropout or, without
    /// placements, the one with the file's own. Nil for that arm itself, and where there is none.
    public var control: String?
    /// Overrides that turn the experiment into this arm; the file has each as `KEY=VALUE`, as for `--set`.
    public var overrides: [Override]
    /// Goal of its trials; nil where not known.
    public var goal: TrialGoal?

    /// Describes an arm; see the properties.
    public init(
      name: String, placement: String? = nil, sites: [String] = [], type: String? = nil,
      rate: Double? = nil, baseline: String? = nil, grid: [Setting] = [], control: String? = nil,
      overrides: [Override], goal: TrialGoal? = nil
    ) {
      self.name = name
      self.placement = placement
      self.sites = sites
      self.type = type
      self.rate = rate
      self.baseline = baseline
      self.grid = grid
      self.control = control
      self.overrides = overrides
      self.goal = goal
    }

    /// Name of the placement of arms that keep the dropout of the experiment file.
    public static let asGiven = "as_given"

    /// True for an arm without dropout, which others are compared with.
    public var isWithoutDropout: Bool {
      placement != nil && placement != Self.asGiven && type == nil && baseline == nil
    }

    /// Overrides that choose the data, as texts; augmentation is not among them. Arms with equal ones have
    /// the same data.
    public var dataSettings: [String] {
      overrides.filter {
        $0.key.section == "data" && !$0.key.parts.dropFirst().starts(with: ["augment"])
      }
      .map(\.text)
    }
  }

  /// A key of the experiment with a value.
  public struct Setting: Codable, Sendable, Equatable {
    /// The dotted key.
    public var key: String
    /// The value as YAML on one line.
    public var value: String

    /// Pairs a key with a value.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// An arm with a seed.
  public struct Trial: Codable, Sendable, Equatable {
    /// The arm's name.
    public var arm: String
    /// The seed.
    public var seed: Int
    /// Name of its folder in `trials`.
    public var folder: String

    /// Describes a trial.
    public init(arm: String, seed: Int, folder: String) {
      self.arm = arm
      self.seed = seed
      self.folder = folder
    }
  }

  /// One metric of an arm, compared with that of its control.
  public struct Comparison: Codable, Sendable, Equatable {
    /// The arm's name.
    public var arm: String
    /// The metric's key.
    public var metric: String
    /// `better` or `worse`; nil where seeds can hardly decide it any more.
    public var verdict: String?

    /// Names a comparison.
    public init(arm: String, metric: String, verdict: String? = nil) {
      (self.arm, self.metric, self.verdict) = (arm, metric, verdict)
    }
  }

  /// A look at the results of an ablation that gets seeds until it is decided.
  public struct Look: Codable, Sendable, Equatable {
    /// Number of seeds of the arms that still got some.
    public var seeds: Int
    /// What this look has decided, or given up: comparisons that need no more seeds.
    public var closed: [Comparison]

    /// Describes a look.
    public init(seeds: Int, closed: [Comparison]) { (self.seeds, self.closed) = (seeds, closed) }
  }

  /// The layout of results folders that this version reads and writes.
  public static let currentVersion = 3

  /// The layout of this results folder.
  public var version: Int
  /// The experiment's name.
  public var name: String
  /// The folder at which relative paths in `experiment.yaml` start.
  public var folder: String
  /// Overrides for the whole run; the file has each as `KEY=VALUE`. An arm's come after these.
  public var overrides: [Override]
  /// The questions, and the metrics that answer them.
  public var primary: [Experiment.Metrics.Primary]
  /// The arms, in the order of the report.
  public var arms: [Arm]
  /// Every trial, in the order in which they are started.
  public var trials: [Trial]
  /// How arms are tuned; nil where they are not.
  public var tuning: Tuning?
  /// How seeds are added; nil for a fixed number.
  public var sequence: Experiment.Ablation.Sequence?
  /// The looks so far; nil without `sequence`.
  public var looks: [Look]?

  /// Describes a plan; see the properties.
  public init(
    name: String, folder: String, overrides: [Override] = [],
    primary: [Experiment.Metrics.Primary], arms: [Arm], trials: [Trial],
    sequence: Experiment.Ablation.Sequence? = nil
  ) {
    version = Self.currentVersion
    self.name = name
    self.folder = folder
    self.overrides = overrides
    self.primary = primary
    self.arms = arms
    self.trials = trials
    self.sequence = sequence
    looks = sequence == nil ? nil : []
  }

  /// The look that decided a comparison or gave it up, with what it found; nil while it is open.
  public func closing(_ arm: String, _ metric: String) -> (seeds: Int, verdict: String?)? {
    for look in looks ?? [] {
      if let found = look.closed.first(where: { $0.arm == arm && $0.metric == metric }) {
        return (look.seeds, found.verdict)
      }
    }
    return nil
  }

  /// The arms that still need seeds: those with an open comparison, and their controls.
  public var openArms: [Arm] {
    let open = arms.filter { arm in
      arm.control != nil && primary.contains { closing(arm.name, $0.metric) == nil }
    }
    let names = Set(open.map(\.name) + open.compactMap(\.control))
    return arms.filter { names.contains($0.name) }
  }

  /// Goals of the trials by the arm's name; arms without a known goal are left out.
  public var goals: [String: TrialGoal] {
    trained.reduce(into: [:]) { $0[$1.name] = $1.goal }
  }

  /// True where no more seeds are to be added.
  public var isOver: Bool {
    guard let sequence else { return true }
    return (looks?.last?.seeds ?? 0) >= sequence.atMost || openArms.isEmpty
  }

  /// Writes `sweep.json`.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws {
    try writeJSON(self, to: url)
  }

  /// Reads `sweep.json`.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: `InputError` if the file is not a plan of this version; `FileError` if it cannot be read.
  public static func read(from url: URL) throws -> SweepRecord? {
    guard let version = try readJSON(Version.self, from: url, as: "the plan of an ablation")
    else { return nil }
    guard version.version == currentVersion else {
      let age = version.version < currentVersion ? "an earlier" : "a later"
      throw InputError(
        SourcePlace(file: url.path), key: "version",
        expected: "a results folder of version \(currentVersion)",
        found:
          "\(version.version), which \(age) lethe has made; --out names another folder for a new run"
      )
    }
    var record = try readJSON(SweepRecord.self, from: url, as: "the plan of an ablation")
    try record?.check(url)
    record?.locateArms(in: url)
    return record
  }

  /// Makes errors about an arm's settings name the file and the arm.
  private mutating func locateArms(in url: URL) {
    changeTrained { arm in
      arm.overrides = arm.overrides.map { [name = arm.name] in
        $0.of(arm: name, at: SourcePlace(file: url.path))
      }
    }
  }

  /// Changes everything that trials are of.
  public mutating func changeTrained(_ change: (inout Arm) throws -> Void) rethrows {
    for index in arms.indices { try change(&arms[index]) }
    guard var tuning else { return }
    for index in tuning.candidates.indices { try change(&tuning.candidates[index].arm) }
    self.tuning = tuning
  }

  /// Makes sure that rates, seeds and folder names are valid.
  private func check(_ url: URL) throws {
    func require(
      _ condition: Bool, _ key: String, _ expected: String, _ found: String
    ) throws {
      guard !condition else { return }
      throw InputError(
        SourcePlace(file: url.path), key: key, expected: expected, found: found)
    }
    let named =
      arms.enumerated().map { ("arms.\($0)", $1) }
      + (tuning?.candidates ?? []).enumerated().map { ("tuning.candidates.\($0).arm", $1.arm) }
    for (key, arm) in named {
      try require(
        arm.rate.map { (0..<1).contains($0) } ?? true, "\(key).rate",
        "a probability in 0 ≤ rate < 1", arm.rate.map { "\($0)" } ?? "none")
    }
    for (index, trial) in trials.enumerated() {
      try require(
        Experiment.seeds.contains(trial.seed), "trials.\(index).seed",
        "a seed from 0 to \(Experiment.seeds.upperBound)", "\(trial.seed)")
      try require(
        Experiment.canBeTrialFolder(trial.folder), "trials.\(index).folder", "the name of a folder",
        trial.folder)
    }
  }

  private struct Version: Decodable {
    let version: Int
  }
}
