import Experiments
import Complaints
import Files
import Datasets
import Foundation
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Trials in their folders: states, interruptions, divergence and damage.
  @Suite struct TrialTests {
    @Test(arguments: [Settings.gan, Settings.vae])
    func anInterruptedTrialEndsInTheSameBytes(_ settings: String) throws {
      try withExperiment(settings) { experiment, data, folder in
        let whole = trial(experiment, folder.appending(path: "whole"))
        #expect(try whole.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        let broken = trial(experiment, folder.appending(path: "broken"))
        #expect(broken.read().status == nil)
        for stop in [3, 7, 8] {
          let outcome = try run(broken, data, stoppingAt: stop)
          #expect(outcome == .interrupted(step: stop))
          let status = try #require(broken.read().status)
          #expect(status.state == .interrupted && status.step == stop && status.steps == 12)
        }
        #expect(try broken.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        #expect(try files(broken) == files(whole))
        #expect(
          try files(whole).keys.sorted() == [
            "checkpoint.safetensors", "config.yaml", "log.jsonl", "metrics.json", "nearest.csv",
            "nearest.png", "real.png", "samples/000004.png",
            "samples/000008.png", "samples/000012.png", "samples/final/00000.png",
            "samples/final/00001.png", "samples/final/00002.png", "samples/final/00003.png",
            "samples/final/00004.png",
          ])
        #expect(whole.read().state == .finished)
      }
    }

    @Test func aKilledTrialGoesOnFromItsCheckpoint() throws {
      struct Kill: Error {}
      try withExperiment(Settings.gan) { experiment, data, folder in
        let whole = trial(experiment, folder.appending(path: "whole"))
        _ = try whole.run(data, shouldStop: { false }, report: { _ in })
        let killed = trial(experiment, folder.appending(path: "killed"))
        // A copy of the folder during step 7 stands for what a killed process leaves.
        let copy = folder.appending(path: "copy")
        _ = try killed.run(data, shouldStop: { false }) { event in
          guard event.step == 7 else { return }
          #expect(throws: Never.self) {
            try FileManager.default.copyItem(at: folder.appending(path: "killed"), to: copy)
          }
        }
        let again = trial(experiment, copy)
        #expect(again.read().status?.state == .running)
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

    @Test func aDamagedCheckpointIsSetAsideAndTheTrialStartsOver() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        let whole = trial(experiment, folder.appending(path: "whole"))
        _ = try whole.run(data, shouldStop: { false }, report: { _ in })
        let expected = try files(whole)
        let size = try #require(expected["checkpoint.safetensors"]).count
        for count in [0, 7, 100, size / 2, size - 1] {
          let trial = trial(experiment, folder.appending(path: "cut\(count)"))
          _ = try run(trial, data, stoppingAt: 8)
          let file = trial.folder.checkpoint
          let cut = try Data(contentsOf: file).prefix(count)
          try cut.write(to: file)
          // The status, which knows of the checkpoint, is removed too.
          if count == 0 { try FileManager.default.removeItem(at: trial.folder.status) }
          var notes: [String] = []
          var steps: [Int] = []
          let outcome = try trial.run(data, shouldStop: { false }) { event in
            steps += event.step.map { [$0] } ?? []
            if case .note(let text) = event { notes.append(text) }
          }
          #expect(outcome == .finished && steps == Array(1...12), "\(count) bytes")
          #expect(notes.count == 1 && notes[0].hasPrefix("\(file.path): "), "\(notes)")
          #expect(
            notes[0].hasSuffix(
              "is kept as checkpoint.safetensors.broken; the trial starts over"))
          var found = try files(trial)
          #expect(found.removeValue(forKey: "checkpoint.safetensors.broken") == cut)
          #expect(found == expected)
        }
      }
    }

    /// A checkpoint without the log lines before it stems from a folder that was deleted while its trial ran.
    @Test(arguments: [nil, 1, 3]) func aCheckpointWithoutItsLogStartsOver(_ lines: Int?) throws {
      try withExperiment(Settings.gan, ["train.steps=40"]) { experiment, data, folder in
        let trial = trial(experiment, folder)
        _ = try run(trial, data, stoppingAt: 35)
        let log = try String(contentsOf: trial.folder.log, encoding: .utf8)
        let kept = log.split(separator: "\n").dropFirst(lines ?? 9).map { $0 + "\n" }.joined()
        try Data(kept.utf8).write(to: trial.folder.log)
        var first: Int?
        _ = try trial.run(data, shouldStop: { false }) { first = first ?? $0.step }
        #expect(first == 1)
        #expect(try String(contentsOf: trial.folder.log, encoding: .utf8).hasPrefix(log))
      }
    }

    @Test func aFolderThatIsDeletedWhileItsTrialRunsIsAFailure() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        let trial = trial(experiment, folder)
        #expect(throws: FolderRemoved.self) {
          try trial.run(data, shouldStop: { false }) { event in
            guard event.step == 2 else { return }
            // Another trial takes its place.
            try? FileManager.default.removeItem(at: trial.folder.url)
            try? trial.folder.create()
            try? Data().write(to: trial.folder.url.appending(path: ".lock"))
          }
        }
        #expect(!FileManager.default.fileExists(atPath: trial.folder.checkpoint.path))
      }
    }

    // MARK: What a trial was made from and by

    @Test func moreStepsGoOnAndEndInTheBytesOfAllAtOnce() throws {
      try withExperiment(Settings.gan, ["train.sample_every=5"]) { experiment, data, folder in
        let short = try experiment.overriding([Override("train.steps", .integer(7))])
        let grown = folder.appending(path: "grown")
        _ = try trial(short, grown).run(data, shouldStop: { false }, report: { _ in })
        let longer = trial(experiment, grown)
        #expect(longer.read().state == .interrupted)
        var first: Int?
        _ = try longer.run(data, shouldStop: { false }) { first = first ?? $0.step }
        #expect(first == 8)
        let whole = trial(experiment, folder.appending(path: "whole"))
        _ = try whole.run(data, shouldStop: { false }, report: { _ in })
        #expect(try files(longer) == files(whole))
        let error = #expect(throws: InputError.self) {
          try trial(short, grown).run(data, shouldStop: { false }, report: { _ in })
        }
        #expect(error.map { "\($0)" }?.contains("expected at least the 12 steps that ") == true)
        #expect(error?.key == "train.steps")
        #expect(try files(longer) == files(whole))
      }
    }

    @Test func otherDataAreRefused() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        let trial = trial(experiment, folder)
        _ = try run(trial, data, stoppingAt: 6)
        let status = try #require(trial.read().status)
        #expect(status.data?.keys.sorted() == ["held-out", "training"])
        let metadata = try SafetensorsFile(trial.folder.checkpoint).metadata
        #expect(metadata["data.training"] == status.data?["training"])
        let before = try files(trial)
        try writeImages(41, side: 8, channels: 1, to: folder.appending(path: "data.npy"))
        let others = try experiment.loadData(progress: nil)
        for hasStatus in [true, false] {
          if !hasStatus { try FileManager.default.removeItem(at: trial.folder.status) }
          let error = #expect(throws: InputError.self) {
            try trial.run(others, shouldStop: { false }, report: { _ in })
          }
          let file = hasStatus ? trial.folder.status : trial.folder.checkpoint
          #expect(
            error.map { "\($0)" }
              == "\(file.path): data: expected the data that the trial was made "
              + "from, found others: training changed (--fresh starts over, --out names another folder)"
          )
        }
        #expect(try files(trial) == before)
        #expect(
          try trial.run(others, startingOver: true, shouldStop: { false }, report: { _ in })
            == .finished)
      }
    }

    @Test func whatMadeEachStepIsRecorded() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        func trial(_ commit: String, threads: Int? = nil) -> Trial {
          Trial(
            experiment, in: ResultsFolder(folder), arm: "single", threads: threads, commit: commit)
        }
        _ = try run(trial("a", threads: 1), data, stoppingAt: 6)
        let first = try #require(trial("a").read().status)
        #expect(first.machine?.threads == 1 && first.versions["commit"] == "a")
        #expect(first.earlier == nil)
        for library in [
          "lethe", "oneDNN", "OpenBLAS", "libjpeg-turbo", "libpng", "libsndfile", "libsamplerate",
        ] {
          #expect(first.versions[library]?.isEmpty == false, "\(library)")
        }
        // A trial keeps the number of threads that it began with.
        _ = try run(trial("a"), data, stoppingAt: 7)
        #expect(trial("a").read().status?.madeBy == first.madeBy)
        #expect(throws: InputError.self) {
          try trial("b").run(data, isStrict: true, shouldStop: { false }, report: { _ in })
        }
        #expect(trial("a").read().status?.madeBy == first.madeBy)
        var notes: [String] = []
        _ = try trial("b").run(data, shouldStop: { false }) { event in
          if case .note(let text) = event { notes.append(text) }
        }
        #expect(
          notes == [
            "\(trial("b").folder.name) goes on from step 7 under other circumstances: commit: a, b"
          ])
        let last = try #require(trial("b").read().status)
        #expect(last.versions["commit"] == "b")
        #expect(last.earlier == [.init(lastStep: 7, madeBy: first.madeBy)])
        #expect(last.allMadeBy == [first.madeBy, last.madeBy])
      }
    }

    @Test func aCheckpointOfAnotherTrialIsRefused() throws {
      try withExperiment(Settings.gan) { experiment, data, folder in
        let file = folder.appending(path: "checkpoint.safetensors")
        try TrainingSession(experiment, data, threads: 1).save(to: file)
        for override in ["seed=1", "model.width=8", "train.batch=9", "loss.r1_gamma=2"] {
          let other = try TrainingSession(
            experiment.overriding([Override(parsing: override)]), data, threads: 1)
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
            try trial.run(data, shouldStop: { false }) { last = $0.step ?? last }
          })
        #expect(error.step == last + 1)
        #expect(["loss", "reconstruction", "kl"].contains(error.loss))
        let tensor = try #require(error.tensor)
        // The error names the layer of the instruction.
        #expect(tensor.contains("coder."), "\(tensor)")
        #expect(
          "\(error)".hasPrefix("step \(last + 1): \(error.loss) is not finite; first seen in "))
        let status = try #require(trial.read().status)
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
      "model: {family: gan, backbone: mlp, latent: 3, hidden: [10, 12], norm: none, minibatch_stddev: false}\n"
        + "loss: {adversarial: least_squares, discriminator_steps: 2, r1_gamma: 0}",
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

    func trial(_ experiment: Experiment, _ folder: URL) -> Trial {
      Trial(experiment, in: ResultsFolder(folder), arm: "single", threads: 2)
    }

    func run(_ trial: Trial, _ data: Dataset, stoppingAt step: Int) throws
      -> Trial.Outcome
    {
      var last = 0
      return try trial.run(data, shouldStop: { last == step }) { last = $0.step ?? last }
    }

    /// Every file of a trial except its status, which has times.
    func files(_ trial: Trial) throws -> [String: Data] {
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
