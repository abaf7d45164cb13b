import Complaints
import Datasets
import Evaluation
import Experiments
import Foundation
import Records
import Testing
import Training
import Trials

/// Training that ends by `train.until`, and the best model that is kept.
extension TrainingSuite.TrialTests {
  private static let until = [
    "data.holdout=0.5", "metrics.every=2", "train.until={metric: kernel_distance, patience: 2}",
    "train.checkpoint_every=5",
  ]

  @Test func theBestModelIsKeptAndMeasured() throws {
    try withExperiment(Settings.vae, Self.until) { experiment, data, folder in
      let whole = trial(experiment, folder.appending(path: "whole"))
      var notes: [String] = []
      _ = try whole.run(data, shouldStop: { false }) {
        if case .note(let text) = $0 { notes.append(text) }
      }
      let values = try LogLines.values(of: "until/kernel_distance", in: whole.folder.log)
      let least = try #require(values.map(\.value).min())
      let best = try #require(values.last { $0.value == least }).step
      #expect(notes.count == 1 && notes[0].hasPrefix("the model of step \(best) of "))
      let status = try #require(whole.read().status)
      #expect(status.bestStep == best && status.state == .finished)
      #expect(values.map(\.step) == Array(stride(from: 2, through: status.step, by: 2)))
      #expect(try Checkpoint(whole.folder.best).step == best)
      let samples = folder.appending(path: "samples")
      let generator = try Generator(checkpoint: whole.folder.best, seed: 0, threads: 1)
      try generator.writeSamples(generator.examples(generator.latents(5)), to: samples)
      for name in ["00000.png", "00004.png"] {
        let measured = whole.folder.finalSamplesFolder.appending(path: name)
        #expect(try Data(contentsOf: measured) == Data(contentsOf: samples.appending(path: name)))
      }
      try anInterruptedTrialEndsInTheSameBytes(experiment, data, as: whole, in: folder)
    }
  }

  private func anInterruptedTrialEndsInTheSameBytes(
    _ experiment: Experiment, _ data: Dataset, as whole: Trial, in folder: URL
  ) throws {
    let broken = trial(experiment, folder.appending(path: "broken"))
    for stop in [3, 4] { _ = try run(broken, data, stoppingAt: stop) }
    _ = try broken.run(data, shouldStop: { false }, report: { _ in })
    #expect(try files(broken) == files(whole))
    #expect(try files(whole)["best.safetensors"] != nil)
  }

  /// A model that does not change is as good as ever: the latest is kept, and patience ends.
  @Test func trainingEndsWhenNothingGetsBetter() throws {
    let settings = ["optimizer.learning_rate=1e-30", "metrics.every=1"]
    try withExperiment(Settings.vae, Self.until + settings) { experiment, data, folder in
      let trial = self.trial(experiment, folder)
      _ = try trial.run(data, shouldStop: { false }, report: { _ in })
      let status = try #require(trial.read().status)
      #expect(status.step == 3 && status.steps == 12 && status.bestStep == 3)
      #expect(status.endedEarly == true && status.end == 3)
      #expect(trial.read().state == .finished)
      let before = try files(trial)
      var steps: [Int] = []
      _ = try trial.run(data, shouldStop: { false }) { steps += [$0.step].compactMap(\.self) }
      #expect(steps.isEmpty)
      #expect(try files(trial) == before)
    }
  }

  @Test func aTrialWithoutItsBestModelStartsOver() throws {
    try withExperiment(Settings.vae, Self.until) { experiment, data, folder in
      let trial = self.trial(experiment, folder)
      _ = try run(trial, data, stoppingAt: 7)
      try FileManager.default.removeItem(at: trial.folder.best)
      var (notes, first): ([String], Int?) = ([], nil)
      _ = try trial.run(data, shouldStop: { false }) { event in
        if case .note(let text) = event { notes.append(text) }
        first = first ?? event.step
      }
      #expect(first == 1)
      #expect(
        notes.first?.contains("best.safetensors: expected the model of step ") == true
          && notes.first?.hasSuffix("the trial starts over") == true)
    }
  }

  @Test(arguments: [
    ("recal", "recal; did you mean recall?"), ("KID", "KID; did you mean kernel_distance?"),
    ("vendi", "vendi"),
  ])
  func aCriterionThatIsNotMeasuredWhileTrainingIsNamed(metric: String, found: String) throws {
    try withExperiment(Settings.vae, ["metrics.every=2", "train.until={metric: \(metric)}"]) {
      experiment, _, _ in
      let error = #expect(throws: InputError.self) { try experiment.checkModel() }
      #expect(
        error.map { "\($0)" }?.hasSuffix(
          "which held-out examples alone decide, found \(found)") == true)
    }
  }

  @Test func tooFewHeldOutExamplesAreSaid() throws {
    try withExperiment(Settings.vae, Self.until + ["data.holdout=0.1"]) {
      experiment, data, folder in
      let error = #expect(throws: InputError.self) {
        try trial(experiment, folder).run(data, shouldStop: { false }, report: { _ in })
      }
      #expect(
        error.map { "\($0)" }?.contains(
          "train.until.metric: expected a metric that there are enough held-out examples for")
          == true)
    }
  }
}
