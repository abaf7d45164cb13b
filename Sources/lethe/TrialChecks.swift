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

/// Checks before trials of a plan are run: the existing trials must come from the same data, and should come
/// from the same program and the same kind of machine.
struct TrialChecks {
  private let run: SweepRun
  private let experiment: Experiment
  private let training: TrialOptions
  private let readings: [(trial: SweepRecord.Trial, reading: TrialReading)]

  /// Reads the existing trials of a plan.
  ///
  /// - Parameter startingOver: True where they will be deleted, so that there is nothing to check.
  init(
    _ run: SweepRun, _ experiment: Experiment, _ training: TrialOptions, startingOver: Bool = false
  ) {
    (self.run, self.experiment, self.training) = (run, experiment, training)
    readings = startingOver ? [] : run.plan.trials.map { ($0, run.read($0)) }
  }

  /// Compares the data that each trial was made from with the data as they are now.
  ///
  /// - Throws: `InputError` naming the first trial that was made from other data; errors of reading the data.
  func checkData() throws {
    let recorded = readings.filter { $0.reading.status?.dataOfSteps != nil }
    let byArm = Dictionary(grouping: recorded) { $0.trial.arm }
    let arms = run.plan.trained.filter { byArm[$0.name] != nil }
    for settings in Set(arms.map(\.dataSettings)) {
      var data: Dataset?
      for arm in arms where arm.dataSettings == settings {
        let trial = try experiment.trial(of: arm, seed: experiment.seed)
        let loaded = try data ?? loadData(trial)
        data = loaded
        let hashes = try trial.hashes(of: loaded)
        for (trial, reading) in byArm[arm.name] ?? [] {
          try Trial.check(
            reading.status?.dataOfSteps, against: hashes, of: run.folder(trial).status)
        }
      }
    }
  }

  /// Makes sure that no trial has done more steps than the plan asks for.
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

  /// Logs the differences between the programs and machines that made the trials.
  ///
  /// - Parameter isTraining: True if this program makes some of them too.
  /// - Throws: `InputError` for a difference with `--strict`.
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
    let recorded = readings.lazy.compactMap(\.reading.status?.machine?.threads).first
    let threads = try run.plan.firstTrial(of: experiment)
      .threads(asked: training.threads, recorded: recorded)
    return .current(threads: threads, commit: builtCommit)
  }

  /// Logs the trials that are due again because a file of theirs is missing or broken.
  func tellProblems(of due: [SweepRecord.Trial]) {
    let names = Set(due.map(\.folder))
    for (trial, reading) in readings where names.contains(trial.folder) {
      if let problem = reading.problem { Console.log("note: \(problem); the trial is due again") }
    }
  }
}
