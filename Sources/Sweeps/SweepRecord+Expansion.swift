public import Experiments
internal import Complaints
internal import Foundation
public import Records

extension SweepRecord {
  /// The plan of an experiment: every arm with every seed, or its single trial when there is no ablation.
  ///
  /// Seeds count up from the experiment's own. Trials are ordered by seed first, so that an unfinished run
  /// has whole sets of arms. Where arms are tuned, those of their candidates come first, with seeds that no arm
  /// is evaluated with, and then those of the arms for which a candidate is chosen.
  ///
  /// - Parameters:
  ///   - overrides: The overrides given with `--set`, to be recorded. Those settled by the data are added.
  ///   - seeds: Number of seeds; nil for the ablation's own number.
  ///   - choices: What is chosen for arms that are tuned.
  /// - Throws: `InputError` for an ablation that cannot be run.
  public init(
    _ experiment: Experiment, overrides: [Override] = [], seeds: Int? = nil, choices: [Choice] = []
  ) throws {
    var arms: [Arm]
    var tuning: Tuning?
    var count = seeds ?? 1
    // A number of seeds on the command line is a fixed number.
    let sequence = seeds == nil ? experiment.ablation?.sequence : nil
    if let ablation = experiment.ablation {
      count = seeds ?? ablation.seeds
      let expanded = try Expansion(experiment, ablation).arms(seeds: sequence?.atMost ?? count)
      arms = expanded.arms
      tuning = ablation.tuning.map {
        Tuning(by: $0.by, seeds: $0.seeds, candidates: expanded.candidates)
      }
      try experiment.check(sequence, arms)
    } else {
      arms = [Arm(name: Experiment.singleArm, overrides: [])]
    }
    try experiment.checkClaim(arms: arms)
    self.init(
      name: experiment.name, folder: experiment.folder,
      overrides: overrides + experiment.settled,
      primary: experiment.metrics.primary, arms: arms, trials: [], sequence: sequence)
    self.tuning = tuning
    self.tuning?.choices = choices
    let candidates = tuning?.candidates ?? []
    for index in arms.indices {
      let chosen = choices.first { $0.arm == arms[index].name }?.candidate
      guard let candidate = candidates.first(where: { $0.arm.name == chosen }) else { continue }
      self.arms[index] = arms[index].settled(as: candidate)
    }
    let first = experiment.seed
    let ofTuning = first + Experiment.Ablation.Tuning.seedDistance
    let last =
      candidates.isEmpty
      ? first + (sequence?.atMost ?? count) - 1 : ofTuning + (tuning?.seeds ?? 1) - 1
    var singles: [String: Experiment] = [:]
    try changeTrained { arm in
      let single = try experiment.trial(of: arm, seed: first)
      _ = try single.trial(seed: last)
      arm.goal = single.goal
      singles[arm.name] = single
    }
    add(ofTuning..<ofTuning + (tuning?.seeds ?? 0), of: candidates.map(\.arm.name), singles)
    let unsettled = (self.tuning?.open ?? []) + choices.filter { $0.candidate == nil }.map(\.arm)
    add(first..<first + count, of: arms.map(\.name).filter { !unsettled.contains($0) }, singles)
  }

  /// Adds the trials of more seeds, ordered by seed first.
  ///
  /// - Parameters:
  ///   - arms: Names of arms or candidates.
  ///   - singles: A trial of each, by name.
  private mutating func add(
    _ seeds: Range<Int>, of arms: [String], _ singles: [String: Experiment]
  ) {
    trials += seeds.flatMap { seed in
      arms.compactMap { arm in
        singles[arm].map {
          Trial(arm: arm, seed: seed, folder: $0.trialFolderName(arm: arm, seed: seed))
        }
      }
    }
  }

  /// The plan after more looks at its results, with the trials of the arms that are open.
  public func extended(_ experiment: Experiment, by looks: [Look]) throws -> SweepRecord {
    var plan = self
    for look in looks {
      plan.looks?.append(look)
      guard let sequence, look.seeds < sequence.atMost else { break }
      let next = min(look.seeds + sequence.step, sequence.atMost)
      let first = experiment.seed
      let open = plan.openArms
      let singles = try open.map { ($0.name, try experiment.trial(of: $0, seed: first)) }
      plan.add(
        first + look.seeds..<first + next, of: open.map(\.name),
        Dictionary(singles, uniquingKeysWith: { a, _ in a }))
    }
    return plan
  }

  /// What the last look has found, in words.
  public var lookText: String {
    guard let look = looks?.last else { return "" }
    let open = openArms.filter { $0.control != nil }.count
    let decided = look.closed.filter { $0.verdict != nil }
      .map { "\($0.arm) \($0.metric) \($0.verdict ?? "")" }
    return "after \(look.seeds) seeds: "
      + (decided.isEmpty ? "nothing new decided" : decided.joined(separator: ", "))
      + "; " + (isOver ? "no more seeds" : "\(open) arm\(open == 1 ? "" : "s") open")
  }

  /// The arm or candidate of a name; nil where there is none.
  public func arm(_ name: String) -> Arm? { trained.first { $0.name == name } }

  /// The experiment of one trial, read from the copy in its results folder, and the trial's arm.
  ///
  /// - Parameter folder: Name of the trial's folder.
  /// - Throws: `InputError` when the plan has no such trial, or the copy no longer describes it.
  public func experiment(
    of folder: String, in results: ResultsFolder
  ) throws -> (Experiment, arm: String) {
    let file = SourcePlace(file: results.sweep.path)
    guard let trial = trials.first(where: { $0.folder == folder }), let arm = arm(trial.arm) else {
      throw InputError(
        file, expected: "a trial of the plan", found: folder,
        suggestion: nearestName(to: folder, among: trials.map(\.folder)))
    }
    let whole = try Experiment.load(
      path: results.experiment.path, folder: self.folder, overrides: overrides)
    let experiment = try whole.trial(of: arm, seed: trial.seed)
    guard experiment.trialFolderName(arm: arm.name, seed: trial.seed) == folder else {
      throw InputError(
        SourcePlace(file: results.experiment.path), expected: "the experiment that \(folder) is of",
        found: "another one, changed since the run was planned")
    }
    return (experiment, arm.name)
  }
}

extension SweepRecord {
  /// A trial of the first arm, with the experiment's own seed: what holds for it holds for all.
  ///
  /// - Throws: As `Experiment.trial(of:seed:)`.
  public func firstTrial(of experiment: Experiment) throws -> Experiment {
    try arms.first.map { try experiment.trial(of: $0, seed: experiment.seed) } ?? experiment
  }
}

extension Experiment {
  /// Makes sure that the plan has the arms that the claim is about.
  fileprivate func checkClaim(arms: [SweepRecord.Arm]) throws {
    let names = arms.map(\.name)
    func check(_ arm: String, _ key: String) throws {
      guard !names.contains(arm) else { return }
      throw InputError(
        place(of: key), key: key, expected: "one of the arms \(names.joined(separator: ", "))",
        found: arm, suggestion: nearestName(to: arm, among: names))
    }
    for (index, criterion) in (claim?.criteria ?? []).enumerated() {
      for (arm, key) in criterion.namedArms {
        try check(arm, "claim.reproduced_if.\(index).\(key)")
      }
    }
    for (index, condition) in (claim?.conditions ?? []).enumerated() {
      try check(condition.arm, "claim.valid_if.\(index).arm")
    }
  }

  /// Makes sure that seeds can be added until something is decided.
  fileprivate func check(
    _ sequence: Ablation.Sequence?, _ arms: [SweepRecord.Arm]
  ) throws {
    guard sequence != nil, !arms.contains(where: { $0.control != nil }) else { return }
    let key = "ablation.seeds"
    throw InputError(
      place(of: key), key: key,
      expected: "an arm without dropout and others, to decide between", found: "none to compare")
  }

  /// This experiment as one arm's trial with a seed. The trials of an ablation run on one thread unless the
  /// file says otherwise, so that their results do not depend on the number of trials.
  ///
  /// - Throws: `InputError` that names the arm and the place of its settings, where they do not fit.
  public func trial(of arm: SweepRecord.Arm, seed: Int) throws -> Experiment {
    try arm.named {
      let trial = try overriding(arm.overrides + Self.overridesOfTrial(seed: seed))
      return ablation == nil || trial.train.threads != nil
        ? trial : try trial.overriding([Override(trial.keyOfThreads, .integer(1))])
    }
  }
}

extension SweepRecord.Arm {
  /// Adds the arm's name to errors about values that were given on the command line and do not fit it. Errors
  /// about its own settings name the arm already.
  public func named<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch var error as InputError {
      if error.place.line == nil, error.place.arm == nil { error.place.arm = name }
      throw error
    }
  }
}
