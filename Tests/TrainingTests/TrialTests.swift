import Datasets
import Foundation
import Records
import Testing
import Training

extension TrainingSuite {
  /// Trials in their folders: states, interruptions, divergence and damage.
  @Suite struct TrialTests {
    @Test(arguments: [Settings.gan, Settings.vae])
    func anInterruptedTrialEndsInTheSameBytes(_ settings: String) throws {
      try withExperiment(settings) { experiment, data, folder in
        let whole = trial(experiment, folder.appending(path: "whole"))
        #expect(try whole.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        let broken = trial(experiment, folder.appending(path: "broken"))
        #expect(try broken.status() == nil)
        for stop in [3, 7, 8] {
          let outcome = try run(broken, data, stoppingAt: stop)
          #expect(outcome == .interrupted(step: stop))
          let status = try #require(try broken.status())
          #expect(status.state == .interrupted && status.step == stop && status.steps == 12)
        }
        #expect(try broken.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        #expect(try files(broken) == files(whole))
        #expect(
          try files(whole).keys.sorted() == [
            "checkpoint.safetensors", "config.yaml", "log.jsonl", "metrics.json", "nearest.csv",
            "nearest.png",
            "samples/000004.png",
            "samples/000008.png", "samples/000012.png", "samples/final/00000.png",
            "samples/final/00001.png", "samples/final/00002.png", "samples/final/00003.png",
            "samples/final/00004.png",
          ])
        #expect(try whole.status()?.state == .finished)
      }
    }

    @Test func aKilledTrialGoesOnFromItsCheckpoint() throws {
      struct Kill: Error {}
      try withExperiment(Settings.gan) { experiment, data, folder in
        let whole = trial(experiment, folder.appending(path: "whole"))
        _ = try whole.run(data, shouldStop: { false }, report: { _ in })
        let killed = trial(experiment, folder.appending(path: "killed"))
        // A copy of the folder as it is in the middle of step 7 is what a killed process leaves.
        let copy = folder.appending(path: "copy")
        _ = try killed.run(data, shouldStop: { false }) { progress in
          guard progress.step == 7 else { return }
          #expect(throws: Never.self) {
            try FileManager.default.copyItem(at: folder.appending(path: "killed"), to: copy)
          }
        }
        let again = trial(experiment, copy)
        #expect(try again.status()?.state == .running)
        let leftovers = [".checkpoint.safetensors.77-1.lethe-tmp", "samples/.x.png.77-2.lethe-tmp"]
          .map { again.folder.url.appending(path: $0) }
        for url in leftovers { try Data("half".utf8).write(to: url) }
        var first: Int?
        _ = try again.run(data, shouldStop: { false }) { first = first ?? $0.step }
        #expect(first == 6)
        #expect(try files(again) == files(whole))
        for url in leftovers { #expect(!FileManager.default.fileExists(atPath: url.path)) }
      }
    }

    @Test func aDamagedCheckpointIsAClearError() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        let trial = trial(experiment, folder)
        _ = try run(trial, data, stoppingAt: 4)
        let file = trial.folder.checkpoint
        let bytes = try Data(contentsOf: file)
        for count in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
          try bytes.prefix(count).write(to: file)
          let error = #expect(throws: InputError.self, "\(count) bytes") {
            try run(trial, data, stoppingAt: 6)
          }
          #expect(error?.place.file == file.path)
        }
      }
    }

    @Test func aCheckpointOfAnotherTrialIsRefused() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        let file = folder.appending(path: "checkpoint.safetensors")
        try TrainingSession(experiment, data, threads: 1).save(to: file)
        for override in ["seed=1", "model.width=8", "train.steps=13", "loss.r1_gamma=2"] {
          let other = try TrainingSession(experiment.overriding([override]), data, threads: 1)
          let before = other.bits
          let error = #expect(throws: InputError.self, "\(override)") {
            try other.restore(from: file)
          }
          #expect(error.map { "\($0)" }?.contains("a checkpoint of this trial") == true)
          #expect(other.bits == before && other.step == 0)
        }
      }
    }

    @Test func divergenceNamesItsStepAndTensorAndKeepsTheCheckpoint() throws {
      let overrides = [
        "dropout=[]", "optimizer={name: sgd, learning_rate: 1e4}", "train.checkpoint_every=1",
        "train.steps=200", "train.sample_every=0",
      ]
      try withExperiment(Settings.vae, overrides) { experiment, data, folder in
        let trial = trial(experiment, folder)
        var last = 0
        let error = try #require(
          #expect(throws: DivergenceError.self) {
            try trial.run(data, shouldStop: { false }) { last = $0.step }
          })
        #expect(error.step == last + 1)
        #expect(["loss", "reconstruction", "kl"].contains(error.loss))
        let tensor = try #require(error.tensor)
        // An instruction says which layer it belongs to.
        #expect(tensor.contains("coder."), "\(tensor)")
        #expect(
          "\(error)".hasPrefix("step \(last + 1): \(error.loss) is not finite; first seen in "))
        let status = try #require(try trial.status())
        #expect(status.state == .failed && status.step == last && status.reason == "\(error)")
        let session = try TrainingSession(experiment, data, threads: 2)
        if last > 0 {
          try session.restore(from: trial.folder.checkpoint)
          #expect(session.step == last)
        }
        #expect(session.isFinite)
      }
    }

    static let diverging = [
      "model: {family: vae, backbone: mlp, latent: 3, hidden: [10, 12]}",
      "model: {family: gan, backbone: mlp, latent: 3, hidden: [10, 12]}\n"
        + "loss: {adversarial: least_squares, discriminator_steps: 2}",
    ]

    @Test(arguments: diverging) func aStepThatDivergesIsNotDone(_ settings: String) throws {
      let more = "\ntrain: {batch: 8}\noptimizer: {name: sgd, learning_rate: 1e12}\n"
      try withExperiment(settings + more) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 2)
        var before = session.bits
        #expect(throws: DivergenceError.self) {
          for _ in 0..<200 {
            before = session.bits
            try session.advance()
          }
        }
        let step = session.step
        #expect(session.bits == before)
        #expect(session.losses().contains { !$0.value.isFinite })
        #expect(throws: DivergenceError.self) { try session.advance() }
        #expect(session.step == step)
      }
    }

    // MARK: Helpers

    private func trial(_ experiment: Experiment, _ folder: URL) -> Trial {
      Trial(experiment, in: ResultsFolder(folder), arm: "single", threads: 2)
    }

    private func run(_ trial: Trial, _ data: Dataset, stoppingAt step: Int) throws
      -> Trial.Outcome
    {
      var last = 0
      return try trial.run(data, shouldStop: { last == step }) { last = $0.step }
    }

    /// Every file of a trial but its times.
    private func files(_ trial: Trial) throws -> [String: Data] {
      let root = trial.folder.url.path
      let names = try FileManager.default.subpathsOfDirectory(atPath: root)
      var files: [String: Data] = [:]
      for name in names where name != "status.json" && name != ".lock" {
        let url = trial.folder.url.appending(path: name)
        if !url.hasDirectoryPath, let data = try? Data(contentsOf: url) { files[name] = data }
      }
      return files
    }
  }
}
