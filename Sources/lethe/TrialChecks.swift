internal import Experiments
internal import Complaints
internal import BuildCommit
internal import Datasets
internal import Foundation
internal import Records
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// What is made sure of before trials of a plan are run: that those there are were made from the same data, by the
/// same program and on the same kind of machine.
struct TrialChecks {
  private let run: SweepRun
  private let experiment: Experiment
  private let training: TrialOptions
  private let readings: [(trial: SweepRecord.Trial, reading: TrialReading)]

  /// Reads what there is of a plan's trials.
  ///
  /// - Parameter startingOver: Whether that is to be lost.
  init(
    _ run: SweepRun, _ experiment: Experiment, _ training: TrialOptions, startingOver: Bool = false
  ) {
    (self.run, self.experiment, self.training) = (run, experiment, training)
    readings = startingOver ? [] : run.plan.trials.map { ($0, run.read($0)) }
  }

  /// Holds every trial against the data that there are now.
  ///
  /// - Throws: `InputError` naming the first trial that was made from other data; what reading them throws.
  func checkData() throws {
    let recorded = readings.filter { $0.reading.status?.data != nil }
    let byArm = Dictionary(grouping: recorded) { $0.trial.arm }
    let arms = run.plan.arms.filter { byArm[$0.name] != nil }
    for settings in Set(arms.map(\.dataSettings)) {
      var data: Dataset?
      for arm in arms where arm.dataSettings == settings {
        let trial = try experiment.trial(of: arm, seed: experiment.seed)
        let loaded = try data ?? loadData(trial)
        data = loaded
        let hashes = try trial.hashes(of: loaded)
        for (trial, reading) in byArm[arm.name] ?? [] {
          try Trial.check(
            reading.status?.data, against: hashes, of: run.folder(trial).status)
        }
      }
    }
  }

  /// Makes sure that no trial has done more steps than it is to do.
  ///
  /// - Throws: `InputError`.
  func checkSteps() throws {
    let goals = run.plan.goals
    for (trial, reading) in readings {
      guard let done = reading.status?.step, let steps = goals[trial.arm]?.steps, done > steps
      else { continue }
      throw Trial.tooFewSteps(experiment, steps, done: done, by: trial.folder)
    }
  }

  /// Says where trials were not made by one program on one kind of machine.
  ///
  /// - Parameter isTraining: Whether this program makes some of them too.
  /// - Throws: `InputError` with `--strict`.
  func checkProvenance(isTraining: Bool) throws {
    var makers = readings.compactMap(\.reading.status).flatMap(\.allMadeBy)
    guard !makers.isEmpty else { return }
    if isTraining { makers.append(try ownProvenance()) }
    let differences = Provenance.differences(among: makers)
    guard !differences.isEmpty else { return }
    let text = differences.joined(separator: "; ")
    guard !training.strict else {
      throw InputError(
        SourcePlace(file: run.results.url.path),
        expected: "trials made by one program on one kind of machine (--strict)", found: text)
    }
    Console.log("note: the trials are not all made alike: \(text)")
  }

  private func ownProvenance() throws -> Provenance {
    let first = try run.plan.arms.first.map { try experiment.trial(of: $0, seed: experiment.seed) }
    let recorded = readings.lazy.compactMap(\.reading.status?.machine?.threads).first
    return .current(
      threads: training.threads ?? first?.train.threads ?? recorded
        ?? ProcessInfo.processInfo.activeProcessorCount, commit: builtCommit)
  }

  /// Says which trials are due again because their files are not as they were left.
  func tellProblems(of due: [SweepRecord.Trial]) {
    let names = Set(due.map(\.folder))
    for (trial, reading) in readings where names.contains(trial.folder) {
      if let problem = reading.problem { Console.log("note: \(problem); the trial is due again") }
    }
  }
}
