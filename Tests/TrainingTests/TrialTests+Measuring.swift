import Experiments
import Datasets
import Foundation
import Records
import Testing
import Evaluation
import Training
import Trials

/// Trials that are measured again, or continue measuring after a stop.
extension TrainingSuite.TrialTests {
  @Test func whatIsMeasuredIsMeasuredAgainWithoutTraining() throws {
    try withExperiment(Settings.gan) { experiment, data, folder in
      let trial = trial(experiment, folder)
      _ = try trial.run(data, shouldStop: { false }, report: { _ in })
      let checkpoint = try Data(contentsOf: trial.folder.checkpoint)
      let more = self.trial(
        try experiment.overriding([Override("metrics.samples", .integer(7))]), folder)
      #expect(more.folder == trial.folder && more.read().state == .interrupted)
      var steps = 0
      _ = try more.run(data, shouldStop: { false }) { if $0.step != nil { steps += 1 } }
      #expect(steps == 0 && more.read().state == .finished)
      #expect(try files(more).keys.contains("samples/final/00006.png"))
      #expect(try Data(contentsOf: trial.folder.checkpoint) == checkpoint)
      // Without its metrics a trial is not finished, and is measured again.
      let metrics = try Data(contentsOf: more.folder.metrics)
      for broken in [nil, Data(), Data("[1]".utf8)] {
        try FileManager.default.removeItem(at: more.folder.metrics)
        try broken?.write(to: more.folder.metrics)
        #expect(more.read().state == .interrupted)
        #expect(more.read().problem?.hasPrefix(more.folder.metrics.path) == true)
        _ = try more.run(data, shouldStop: { false }, report: { _ in })
        #expect(try Data(contentsOf: more.folder.metrics) == metrics)
      }
    }
  }

  @Test(arguments: [
    (Settings.gan, []),
    (Settings.vae, ["metrics.memorization_score={folds: 2}", "metrics.averaging=[1, 3]"]),
  ])
  func measuringThatIsStoppedGoesOn(_ settings: String, _ overrides: [String]) throws {
    try withExperiment(settings, overrides, checkStopsWhileMeasuring)
  }

  @Test func measuringOfAClassifierThatIsStoppedGoesOn() throws {
    let settings = """
      model: {family: classifier, backbone: mlp, hidden: [10]}
      train: {steps: 12, batch: 8}
      dropout: [{at: classifier.*.post_act, rate: 0.3}]
      metrics: {probes: [effective_rank], averaging: [2], masks: 3}

      """
    try withClassifier(settings, [], checkStopsWhileMeasuring)
  }

  /// Stops a trial repeatedly while it is measured, each time after a few more measurements.
  private func checkStopsWhileMeasuring(
    _ experiment: Experiment, _ data: Dataset, _ folder: URL
  ) throws {
    let whole = trial(experiment, folder.appending(path: "whole"))
    _ = try whole.run(data, shouldStop: { false }, report: { _ in })
    let trial = trial(experiment, folder.appending(path: "stopped"))
    var starts: [Int] = []
    var (done, total) = (0, 0)
    for stop in 1... {
      var first: Int?
      let outcome = try trial.run(data, shouldStop: { first != nil && done >= stop * 6 }) {
        guard case .measuring(let progress) = $0, progress.total > 0 else { return }
        (first, done, total) = (first ?? progress.done, progress.done, progress.total)
      }
      starts.append(first ?? -1)
      if outcome == .finished { break }
      #expect(outcome == .interrupted(step: 12) && trial.read().state == .interrupted)
      let kept = try #require(MeasuringProgress(of: trial.folder))
      #expect(kept.done >= stop * 6)
    }
    #expect(starts.count > 1 && starts.first == 0 && done == total)
    #expect(zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }, "\(starts)")
    #expect(try files(trial) == files(whole))
    #expect(trial.read().state == .finished)
  }

  @Test func whatAnotherProgramHasMeasuredIsMeasuredAgain() throws {
    try withExperiment(Settings.gan) { experiment, data, folder in
      func run(_ commit: String, stoppingAt stop: Int) throws -> Int {
        var (first, done) = (Int?.none, 0)
        let trial = Trial(
          experiment, in: ResultsFolder(folder), arm: "single", threads: 1, commit: commit)
        _ = try trial.run(data, shouldStop: { done >= stop }) { event in
          guard case .measuring(let progress) = event, progress.total > 0 else { return }
          (first, done) = (first ?? progress.done, progress.done)
        }
        return first ?? -1
      }
      let starts = [
        try run("a", stoppingAt: 5), try run("a", stoppingAt: 9), try run("b", stoppingAt: .max),
      ]
      #expect(starts[0] == 0 && starts[1] > 0 && starts[2] == 0, "\(starts)")
    }
  }
}
