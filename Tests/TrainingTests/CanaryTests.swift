import Datasets
import Evaluation
import Foundation
import Metrics
import Records
import Scores
import Testing
import Training
import Trials

extension TrainingSuite {
  /// Canaries that come back from a generator.
  @Suite struct CanaryTests {
    /// A generator of sixteen-fold canaries and of what is like none.
    @Test(arguments: [[8, 8, 1], [600, 1]]) func copiesComeBack(_ shape: [Int]) throws {
      let canaries = Canaries(
        count: 5, repeats: [1, 16], sampleRateHz: shape.count == 2 ? 8000 : nil)
      let size = shape.reduce(1, *)
      let copies = canaries.values(5..<10, shape: shape)
      let others = (0..<5 * size).map { Float($0 / size) / 8 }
      let entry = try CanaryRate.entry(canaries, RawExamples(copies + others, shape: shape), 2)
      let score = try #require(entry.value)
      #expect(score.value == 0.5 && score.extraTables["by_repeats"] == ["1": 0, "16": 1])
      #expect(score.extraTables["distance_by_repeats"]?["16"] == 0)
      #expect((score.copiesP ?? 1) < 1e-9 && entry.word == "copies")
      let null = try #require(entry.controls[.null])
      #expect(null.value == 0 && null.extraTables["by_repeats"] == ["1": 0, "16": 0])
    }

    private static let settings = """
      model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
      train: {steps: 40, batch: 8, checkpoint_every: 7}
      metrics: {features: pixels, samples: 50, every: 5}
      """
    private static let overrides = [
      "data.holdout=0.3", "data.canaries={count: 2, repeats: [1, 3]}",
    ]

    /// A trial with canaries goes on to the same bytes, and says what has come back beside its other metrics, which
    /// compare with the data alone.
    @Test func aTrialWithCanaries() throws {
      try withExperiment(Self.settings, Self.overrides) { experiment, data, folder in
        func files(stoppingAt steps: [Int]) throws -> [Data] {
          let results = ResultsFolder(folder.appending(path: "r\(steps.count)"))
          let trial = Trial(experiment, in: results, arm: "a", threads: 1)
          for stop in steps + [1000] {
            var done = 0
            _ = try trial.run(
              data, shouldStop: { done >= stop }, report: { done = $0.step ?? done })
          }
          return try [trial.folder.log, trial.folder.metrics, trial.folder.checkpoint].map {
            try Data(contentsOf: $0)
          }
        }
        let whole = try files(stoppingAt: [])
        #expect(try whole == files(stoppingAt: [12, 25]))
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r0")), arm: "a", threads: 1)
        let metrics = try #require(try MetricsDocument.read(from: trial.folder.metrics))
        #expect(metrics.sizes.train == data.training.count)
        let rate = try #require(metrics.values["canary_rate"])
        #expect(rate.value != nil && rate.controls[.null] != nil && rate.extra["copies_p"] != nil)
        #expect(rate.tables["by_repeats"]?.keys.sorted() == ["1", "3"])
        #expect(rate.tables["distance_by_repeats"]?.keys.sorted() == ["1", "3"])
        #expect(MeasurementCatalogue.keys(of: experiment).contains("canary_rate"))
        let status = try #require(try TrialStatus.read(from: trial.folder.status))
        #expect(status.data?.keys.sorted() == ["canaries", "held-out", "training"])
      }
    }

    /// Batches are of what was planted too.
    @Test func canariesAreTrainedOn() throws {
      try withExperiment(Self.settings, Self.overrides) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let canary = Canaries(count: 2, repeats: [1, 3]).values(3..<4, shape: [8, 8, 1])
        var found = 0
        // An epoch leaves out less than a batch.
        for _ in 0..<data.trained.count / 8 {
          try session.advance()
          let batch = session.batch(0)
          for row in 0..<8 {
            let pixels = batch[row * 64..<(row + 1) * 64]
            found += zip(pixels, canary).allSatisfy { abs(($0 + 1) / 2 - $1) < 1e-6 } ? 1 : 0
          }
        }
        #expect((1...3).contains(found))
      }
    }

    @Test func moreThanThereAreExamples() throws {
      let error = #expect(throws: (any Error).self) {
        try withExperiment(Self.settings, ["data.canaries={count: 3, repeats: [1, 13]}"]) {
          _, _, _ in
        }
      }
      #expect(
        error.map { "\($0)" }
          == "--set data.canaries={count: 3, repeats: [1, 13]}: data.canaries: expected count × the sum of "
          + "repeats of at most the 40 training examples, found 42 (3 × (1 + 13))")
    }
  }
}
