import FolderSupport
import Media
import Specification
import Experiments
import Datasets
import Foundation
import Metrics
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Models whose dropout rate changes during training: all uses of a model have the rate of its last step. With
  /// `scaling: test_time` and zoneout the rate matters even where nothing is dropped.
  @Suite struct ScheduledModelTests {
    struct Case: CustomTestStringConvertible {
      let testDescription: String
      let settings: String
      let dropout: String
      var overrides: [String] = []
    }

    private static let vae =
      "model: {family: vae, backbone: mlp, latent: 3, hidden: [8]}\ntrain: {steps: 6, batch: 8}"
    private static let testTime =
      "type: bernoulli, at: '*.post_act', rate: 0.5, scaling: test_time"

    static let vaes = [
      Case(testDescription: "test_time", settings: vae, dropout: testTime),
      Case(
        testDescription: "zoneout",
        settings:
          "model: {family: vae, backbone: rnn, latent: 3, hidden: [8]}\ntrain: {steps: 6, batch: 8}",
        dropout: "type: zoneout, at: '*.recurrent', rate: 0.5"),
      Case(
        testDescription: "averaged", settings: vae, dropout: testTime,
        overrides: ["train.ema=0.5"]),
    ]
    static let gans = [
      Case(
        testDescription: "test_time",
        settings:
          "model: {family: gan, backbone: mlp, latent: 3, hidden: [8]}\ntrain: {steps: 6, batch: 8}",
        dropout: testTime)
    ]

    /// Compares answers of models with equal weights: without dropout, with a constant rate, and with rates that set
    /// in late, end early or grow.
    private func compare(
      _ test: Case, _ ask: (TrainingSession, Dataset, URL) throws -> [Double]
    ) throws {
      try withExperiment(test.settings, ["data.holdout=0.5"] + test.overrides) {
        base, data, folder in
        func session(_ schedule: String?) throws -> TrainingSession {
          let dropout = schedule.map { "dropout=[{\(test.dropout)\($0)}]" } ?? "dropout=[]"
          return try TrainingSession(
            base.overriding([Override(parsing: dropout)]), data, threads: 1)
        }
        let constant = try session("")
        for _ in 0..<6 { try constant.advance() }
        func answer(_ schedule: String?, steps: Int) throws -> [Double] {
          let other = try session(schedule)
          for _ in 0..<steps { try other.advance() }
          for name in other.variableNames { other.fill(name, with: constant.values(name)) }
          return try ask(other, data, folder)
        }
        let expected = try ask(constant, data, folder)
        let none = try answer(nil, steps: 6)
        #expect(expected != none)
        #expect(try answer(", schedule: late, cutoff: 4", steps: 6) == expected)
        #expect(try answer(", schedule: late, cutoff: 4", steps: 3) == none)
        #expect(try answer(", schedule: early, cutoff: 4", steps: 3) == expected)
        #expect(try answer(", schedule: early, cutoff: 4", steps: 6) == none)
        let between = try answer(", schedule: linear, cutoff: 12", steps: 6)
        #expect(between != none && between != expected)
      }
    }

    @Test(arguments: vaes) func likelihoods(_ test: Case) throws {
      try compare(test) { session, data, _ in
        try session.logLikelihoods(of: data.holdout, [0, 1, 2], draws: 3)
      }
    }

    @Test(arguments: gans) func discriminatorScores(_ test: Case) throws {
      try compare(test) { session, data, _ in
        try session.discriminatorScores(of: data.holdout, [0, 1, 2])
      }
    }

    @Test(arguments: vaes + gans) func samples(_ test: Case) throws {
      try compare(test) { session, _, _ in try session.sample(4).map(Double.init) }
    }

    /// One session samples before and after its rate sets in.
    @Test func samplesWhileTraining() throws {
      let settings = Self.vae + "\ndropout: [{\(Self.testTime), schedule: late, cutoff: 4}]"
      try withExperiment(settings) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let names = session.variableNames
        let weights = names.map { session.values($0) }
        func samples() throws -> [Float] {
          for (name, values) in zip(names, weights) { session.fill(name, with: values) }
          return try session.sample(4)
        }
        let before = try samples()
        for _ in 0..<3 { try session.advance() }
        #expect(try samples() == before)
        try session.advance()
        #expect(try samples() != before)
      }
    }

    /// Probes inside the networks, which use no masks.
    @Test(arguments: vaes) func probes(_ test: Case) throws {
      var test = test
      test.overrides += [
        "metrics.features=pixels", "metrics.every=1", "metrics.target_loss=1",
        "metrics.probes=[activation_sparsity, mean_activation, co_adaptation, effective_rank, steps_to_loss]",
      ]
      try compare(test) { session, data, _ in
        let values = try Measuring(session, data).quickValues()
        #expect(values.contains { $0.name == "evaluation_loss" })
        return values.map(\.value)
      }
    }

    /// Probes of masks. They have no value where nothing drops, so only rates above 0 are compared for equality.
    @Test func masks() throws {
      var test = Self.gans[0]
      test.overrides = ["metrics.probes=subnetwork_variance", "metrics.features=pixels"]
      for ask in [
        { session, data in
          try Measuring(session, data).quickValues().filter { $0.name == "subnetwork_variance" }
            .map(\.value)
        },
        { session, data in try MaskMeans.exact(session, data).outputs },
      ] as [(TrainingSession, Dataset) throws -> [Double]] {
        try withExperiment(test.settings, ["data.holdout=0.5"] + test.overrides) { base, data, _ in
          func answer(_ schedule: String, steps: Int, like other: TrainingSession?) throws -> (
            values: [Double], session: TrainingSession
          ) {
            let dropout = "dropout=[{type: bernoulli, at: '*.post_act', rate: 0.5\(schedule)}]"
            let session = try TrainingSession(
              base.overriding([Override(parsing: dropout)]), data, threads: 1)
            for _ in 0..<steps { try session.advance() }
            for name in session.variableNames {
              other.map { session.fill(name, with: $0.values(name)) }
            }
            return (try ask(session, data), session)
          }
          let constant = try answer("", steps: 6, like: nil)
          #expect(!constant.values.isEmpty)
          func values(_ schedule: String, steps: Int) throws -> [Double] {
            try answer(schedule, steps: steps, like: constant.session).values
          }
          #expect(try values(", schedule: late, cutoff: 4", steps: 6) == constant.values)
          #expect(try values(", schedule: early, cutoff: 4", steps: 3) == constant.values)
          #expect(try values(", schedule: early, cutoff: 4", steps: 6) != constant.values)
        }
      }
    }

    /// Samples, and features of the encoder, read back from a checkpoint.
    @Test(arguments: vaes) func checkpoints(_ test: Case) throws {
      try compare(test) { session, _, folder in
        let url = folder.appending(path: "\(session.step).safetensors")
        try session.save(to: url)
        let generator = try Generator(checkpoint: url, seed: 1, threads: 1)
        return try generator.examples(generator.latents(3)).map(Double.init)
      }
      try compare(test) { session, data, folder in
        let url = folder.appending(path: "\(session.step).safetensors")
        try session.save(to: url)
        let space = try Experiment.Metrics.Features.parse(
          url.path, option: "--features", for: .images)
        let examples = try RawExamples(data.training)
        return try FeatureExtractor(space, training: examples, sampleRateHz: nil)
          .features(of: examples, "training").values
      }
    }

    @Test func predictionsAndAttacks() throws {
      try withTemporaryFolder { _ in
        let base = try Experiment.parse(
          """
          name: test
          data: {source: shapes, size: 8, channels: 1, limit: 60, holdout: 0.5}
          model: {family: classifier, backbone: mlp, hidden: [8]}
          train: {steps: 6, batch: 8}
          """, file: "test.yaml")
        let data = try base.loadData(progress: nil)
        func answers(_ schedule: String, _ weights: TrainingSession?) throws -> (
          [Double], [Float], TrainingSession
        ) {
          let session = try TrainingSession(
            base.overriding([Override(parsing: "dropout=[{\(Self.testTime)\(schedule)}]")]), data,
            threads: 1)
          for _ in 0..<6 { try session.advance() }
          for name in session.variableNames {
            weights.map { session.fill(name, with: $0.values(name)) }
          }
          let inputs = data.holdout.floats(in: .symmetric)
          return (
            try Predictor(session, dropout: .off)(inputs),
            try Attack(session).gradient(inputs, labels: data.holdout.labels), session
          )
        }
        let constant = try answers("", nil)
        let late = try answers(", schedule: late, cutoff: 4", constant.2)
        #expect(late.0 == constant.0 && late.1 == constant.1)
        let early = try answers(", schedule: early, cutoff: 4", constant.2)
        #expect(early.0 != constant.0 && early.1 != constant.1)
      }
    }
  }
}
