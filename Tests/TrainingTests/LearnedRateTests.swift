import Foundation
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Dropout rates that training learns: where they are stored, reported and used.
  @Suite struct LearnedRateTests {
    static let sites = [
      "decoder.block1.post_act", "decoder.block2.post_act", "encoder.block1.post_act",
    ]

    @Test func ratesAreLoggedAndWrittenAtTheEnd() throws {
      struct Metrics: Decodable { let learned_rates: [String: Double] }
      try withExperiment(Settings.learned) { experiment, data, folder in
        let trial = Trial(experiment, in: ResultsFolder(folder), arm: "single", threads: 2)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let bytes = try Data(contentsOf: trial.folder.metrics)
        let rates = try JSONDecoder().decode(Metrics.self, from: bytes).learned_rates
        #expect(rates.keys.sorted() == Self.sites)
        #expect(rates.values.allSatisfy { $0 > 0 && $0 < 1 })
        let logit = try SafetensorsFile(trial.folder.checkpoint)
          .read("decoder.block1.post_act.concrete.logit", as: Float.self)
        let rate = try #require(rates["decoder.block1.post_act"])
        #expect(abs(rate - 1 / (1 + exp(-Double(logit[0])))) < 1e-6)
        #expect(abs(rate - 0.2) > 0.01, "learned")
        let log = try String(contentsOf: trial.folder.log, encoding: .utf8)
        for site in Self.sites { #expect(log.contains("\"rate/\(site)\":0.")) }
        // The written rates do not depend on which process did the last step.
        try FileManager.default.removeItem(at: trial.folder.metrics)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        #expect(try Data(contentsOf: trial.folder.metrics) == bytes)
      }
    }

    @Test func withoutLearnedRatesNoneAreWritten() throws {
      try withExperiment(Settings.vae) { experiment, data, folder in
        let trial = Trial(experiment, in: ResultsFolder(folder), arm: "single", threads: 1)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let text = try String(contentsOf: trial.folder.metrics, encoding: .utf8)
        #expect(text.contains("\"values\"") && !text.contains("learned_rates"))
      }
    }

    @Test func lookingAtRatesChangesNothing() throws {
      try withExperiment(Settings.learned) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(3)
        let before = session.bits
        #expect(try session.learnedRates().keys.sorted() == Self.sites)
        #expect(session.bits == before && session.step == 3)
      }
    }

    @Test func whatIsLearnedIsSavedAndUsedForSamples() throws {
      let name = "ema/0.5/decoder.block2.post_act.concrete.logit"
      for (masks, isUsed) in [("off", false), ("stochastic", true), ("{mean_of: 2}", true)] {
        try withExperiment(Settings.learned, ["sampling.dropout=\(masks)"]) {
          experiment, data, folder in
          let session = try TrainingSession(experiment, data, threads: 1)
          try session.advance(2)
          let file = folder.appending(path: "checkpoint.safetensors")
          try session.save(to: file)
          let names = try SafetensorsFile(file).names
          #expect(
            names.contains(name)
              && names.contains("optimizer/\(name.dropFirst("ema/0.5/".count))/exp_avg"))
          let before = try session.sample(3)
          session.fill(name, with: [2])
          #expect(try (session.sample(3) != before) == isUsed, "\(masks)")
        }
      }
    }

    @Test func everyDiscriminatorLearnsItsOwn() throws {
      let settings = """
        model: {family: gan, backbone: mlp, latent: 3, hidden: [10], minibatch_stddev: false}
        train: {batch: 8}
        optimizer: {learning_rate: 0.05}
        dropout:
          - {type: concrete, at: "discriminator.block1.post_act", rate: 0.2}
          - {type: feedback, at: "discriminator.feedback", rate: 0.5, discriminators: 2}

        """
      try withExperiment(settings) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(5)
        let rates = try session.learnedRates()
        #expect(
          rates.keys.sorted() == [
            "discriminator#2.block1.post_act", "discriminator.block1.post_act",
          ])
        #expect(Set(rates.values).count == 2)
        #expect(session.rates().contains { $0.site == "discriminator#2.block1.post_act" })
      }
    }
  }
}
