internal import Experiments
internal import Datasets
internal import Foundation
internal import Records
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// Runs trials of a plan and shows their progress.
struct TrialRunner {
  let run: SweepRun
  /// The experiment that the plan was made from.
  let experiment: Experiment
  /// Threads and strictness of the training.
  let training: TrialOptions
  /// True to stop the other trials when one fails.
  var failsFast = false

  /// Seconds that stopping may take. This is longer than trials are given before they are killed.
  static let stoppingSeconds = 60

  /// Runs trials to their ends, or until the user or a failure stops them.
  ///
  /// - Throws: Errors that keep trials from being run at all.
  func callAsFunction(_ due: [SweepRecord.Trial], by executor: any Executor) async throws {
    Interruption.watch(patience: Self.stoppingSeconds)
    let display = RunDisplay(run, total: due.count)
    defer { display.finish() }
    try await executor.run(
      due, of: run,
      shouldStop: { [failsFast] in Interruption.isRequested || failsFast && display.hasFailed },
      report: display.show)
  }

  /// Threads of a trial.
  var threads: Int {
    get throws {
      try run.plan.firstTrial(of: experiment).threads(asked: training.threads)
    }
  }

  /// Trains a trial in this process. An error is recorded in its folder, and thrown.
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
