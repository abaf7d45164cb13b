internal import Complaints
internal import BuildCommit
internal import Datasets
internal import Experiments
internal import Files
internal import Foundation
internal import Metrics
internal import Records
internal import Reports
internal import Sweeps
internal import Trials

/// Measures the models that trials have kept while they trained (`lethe metrics --results FOLDER --checkpoints`), then
/// writes the report.
struct MeasureCheckpoints {
  let results: ResultsFolder
  let threads: Int

  /// Measures one trial after another, with all threads.
  ///
  /// - Throws: `InputError` where no checkpoints are asked for or one is gone; `Stopped` when the user stops it.
  func callAsFunction() throws {
    let run = try SweepRun(reading: results)
    let lock = try FolderLock(results.url)
    defer { withExtendedLifetime(lock) {} }
    let trials = run.plan.trials.filter { run.state($0) == .finished }
    Console.log("\(trials.count) of \(run.plan.trials.count) trials are finished")
    Interruption.watch(patience: TrialRunner.stoppingSeconds)
    var (measured, asked) = (0, false)
    for trial in trials {
      let experiment = try Experiment.load(
        path: run.folder(trial).configuration.path, folder: run.plan.folder)
      guard !experiment.metrics.checkpoints.isEmpty else { continue }
      asked = true
      if let status = run.read(trial).status, status.endedEarly == true,
        experiment.metrics.checkpoints.contains(where: { $0 > status.step })
      {
        Console.log("note: \(trial.folder) ended after \(status.step) steps and kept none later")
      }
      measured += try Trial(
        experiment, in: results, arm: trial.arm, threads: threads, commit: builtCommit
      ).measureCheckpoints(
        loadData(experiment), shouldStop: { Interruption.isRequested }
      ) { step, progress in
        Console.progress(
          "\(trial.folder) step \(step): \(progress.done)/\(progress.total) \(progress.next ?? "")")
      }
    }
    Console.endProgress()
    guard asked else {
      throw InputError(
        SourcePlace(file: results.url.path),
        expected: "finished trials with metrics.checkpoints, the steps after which a model is kept",
        found: "none")
    }
    Console.log("\(measured) models measured, \(results.report.path)")
    let report = try Report(of: results)
    try report.write()
  }
}
