public import Experiments
internal import Complaints
internal import Foundation
public import Records

extension SweepRecord {
  /// The plan of an experiment: every arm with every seed, or its single trial when there is no ablation.
  ///
  /// Seeds count up from the experiment's own. Trials are ordered by seed first, so that an unfinished run
  /// has whole sets of arms.
  ///
  /// - Parameters:
  ///   - overrides: The overrides given with `--set`, to be recorded. Those settled by the data are added.
  ///   - seeds: Number of seeds; nil for the ablation's own number.
  /// - Throws: `InputError` for an ablation that cannot be run.
  public init(_ experiment: Experiment, overrides: [Override] = [], seeds: Int? = nil) throws {
    var arms: [Arm]
    var count = seeds ?? 1
    if let ablation = experiment.ablation {
      count = seeds ?? ablation.seeds
      arms = try Expansion(experiment, ablation).arms(seeds: count)
    } else {
      arms = [Arm(name: Experiment.singleArm, overrides: [])]
    }
    try experiment.checkClaim(arms: arms)
    let range = experiment.seed..<experiment.seed + count
    let named = try arms.indices.map { index in
      let arm = arms[index]
      let single = try experiment.trial(of: arm, seed: range.lowerBound)
      _ = try single.trial(seed: range.upperBound - 1)
      arms[index].goal = single.goal
      return range.map { seed in
        Trial(
          arm: arm.name, seed: seed, folder: single.trialFolderName(arm: arm.name, seed: seed))
      }
    }
    self.init(
      name: experiment.name, folder: experiment.folder,
      overrides: overrides + experiment.settled,
      primary: experiment.metrics.primary, arms: arms,
      trials: range.indices.flatMap { index in named.map { $0[index - range.startIndex] } })
  }

  /// The arm of a name; nil where there is none.
  public func arm(_ name: String) -> Arm? { arms.first { $0.name == name } }

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

  /// This experiment as one arm's trial with a seed. The trials of an ablation run on one thread unless the
  /// file says otherwise, so that their results do not depend on the number of trials.
  ///
  /// - Throws: `InputError` that names the arm and the place of its settings, where they do not fit.
  public func trial(of arm: SweepRecord.Arm, seed: Int) throws -> Experiment {
    try arm.named {
      let trial = try overriding(arm.overrides + Self.overridesOfTrial(seed: seed))
      return ablation == nil || trial.train.threads != nil
        ? trial : try trial.overriding([Override("train.threads", .integer(1))])
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
