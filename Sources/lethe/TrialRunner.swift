internal import Experiments
internal import BuildCommit
internal import Datasets
internal import Foundation
internal import Machine
internal import Records
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// Runs trials of a plan, and shows how far they are until they have ended.
struct TrialRunner {
  let run: SweepRun
  /// The experiment that the plan is of.
  let experiment: Experiment
  /// See `TrialOptions`.
  let training: TrialOptions
  /// Trials side by side; nil for one a core.
  var jobs: Int?
  /// Minutes without a sign of life after which a trial is killed.
  var hangAfter: Double?
  /// Steps of a trial, by arm.
  private var steps: [String: Int] { run.plan.goals.mapValues(\.steps) }

  /// Seconds that stopping may take: longer than trials are given before they are killed.
  static let stoppingSeconds = 60
  /// What this process has open for each trial that runs.
  private static let filesOfTrial = 4

  /// Runs trials to their ends, or until the user stops them.
  ///
  /// - Throws: What keeps any trial from being run.
  func callAsFunction(_ due: [SweepRecord.Trial], by executor: any Executor) async throws {
    Interruption.watch(patience: Self.stoppingSeconds)
    let display = RunDisplay(run, total: due.count, steps: steps)
    defer { display.finish() }
    try await executor.run(
      due, of: run, shouldStop: { Interruption.isRequested }, report: display.show)
  }

  /// Threads of a trial.
  private var threads: Int {
    get throws {
      let first = try run.plan.arms.first.map {
        try experiment.trial(of: $0, seed: experiment.seed)
      }
      return training.threads ?? first?.train.threads
        ?? ProcessInfo.processInfo.activeProcessorCount
    }
  }

  /// Processes of this machine.
  func local() throws -> LocalExecutor {
    let threads = try self.threads
    try Memory.require(threads: threads)
    let memory = try SweepEstimate(
      experiment, arms: run.plan.arms, threads: threads, isTimed: false, load: { try loadData($0) }
    ).memoryBytes
    var limits = LocalExecutor.Limits(jobs: jobs, silence: .seconds((hangAfter ?? 60) * 60))
    if threads > 1, jobs == nil { limits.jobs = max(1, limits.jobs / threads) }
    try OpenFiles.require(more: Lethe.openFiles + Self.filesOfTrial * limits.jobs)
    let (results, program) = (run.results, try programPath())
    let options =
      (training.threads.map { ["--threads", "\($0)"] } ?? [])
      + (training.strict ? ["--strict"] : [])
    return LocalExecutor(limits: limits, memoryBytes: { _ in memory }) { trial in
      [
        program, "train", results.experiment.path, "--out", results.url.path, "--trial",
        trial.folder, "--watch-parent",
      ] + options
    }
  }

  /// One trial after the other in this process.
  func inProcess() throws -> InProcessExecutor {
    try Memory.require(threads: threads)
    let (run, training) = (run, training)
    return InProcessExecutor { trial in
      let (experiment, arm) = try run.plan.experiment(of: trial.folder, in: run.results)
      try Self.train(
        Trial(
          experiment, in: run.results, arm: arm, threads: training.threads, commit: builtCommit),
        experiment, isStrict: training.strict)
    }
  }

  /// Trains in this process; what goes wrong is recorded too.
  static func train(_ trial: Trial, _ experiment: Experiment, isStrict: Bool) throws {
    do {
      let data = try loadData(experiment)
      _ = try trial.run(
        data, isStrict: isStrict, shouldStop: { Interruption.isRequested }
      ) { event in
        if case .note(let text) = event { Console.log("note: \(text)") }
      }
    } catch {
      try trial.recordFailure("\(error)")
      throw error
    }
  }
}
