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
  /// Steps of a trial, by the name of its arm.
  private var steps: [String: Int] { run.plan.goals.mapValues(\.steps) }

  /// Seconds that stopping may take. This is longer than trials are given before they are killed.
  static let stoppingSeconds = 60

  /// Runs trials to their ends, or until the user stops them.
  ///
  /// - Throws: Errors that keep trials from being run at all.
  func callAsFunction(_ due: [SweepRecord.Trial], by executor: any Executor) async throws {
    Interruption.watch(patience: Self.stoppingSeconds)
    let display = RunDisplay(run, total: due.count, steps: steps)
    defer { display.finish() }
    try await executor.run(
      due, of: run, shouldStop: { Interruption.isRequested }, report: display.show)
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
