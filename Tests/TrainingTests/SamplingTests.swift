import Specification
import Experiments
import Foundation
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// The average of weights, sampling from it, and masks while sampling.
  @Suite struct SamplingTests {
    /// Two averages; with warm-up, that of 0.8 is shorter in the first steps, and that of 0.15 from the second on.
    @Test(arguments: [true, false]) func averagesAreTheirFormula(_ hasWarmup: Bool) throws {
      try withExperiment(Settings.gan, ["train.ema=[0.8, 0.15]", "train.ema_warmup=\(hasWarmup)"]) {
        experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let decays = ["ema/0.8/": Float(0.8), "ema/0.15/": 0.15]
        let names = decays.keys.flatMap { mark in
          session.variableNames.filter { $0.hasPrefix(mark) }.map { (mark, $0) }
        }
        var averages = Dictionary(
          uniqueKeysWithValues: names.map { mark, name in
            (name, session.values(String(name.dropFirst(mark.count))))
          })
        #expect(names.count > 10)
        for step in 0..<3 {
          try session.advance()
          for (mark, name) in names {
            let value = session.values(String(name.dropFirst(mark.count)))
            let isStatistic = name.contains(".running_")
            let full = try #require(decays[mark])
            let decay = hasWarmup ? min(full, Float(1 + step) / Float(10 + step)) : full
            averages[name] = zip(averages[name] ?? [], value).map {
              isStatistic ? $1 : decay * $0 + (1 - decay) * $1
            }
            let error = zip(session.values(name), averages[name] ?? []).map { abs($0 - $1) }.max()
            #expect(try #require(error) < 1e-6, "\(name)")
          }
        }
      }
    }

    @Test func samplesAreDrawnFromTheAverage() throws {
      let overrides = ["train.ema=[0.8, 0.6]", "sampling.ema=0.6"]
      try withExperiment(Settings.gan, overrides) { experiment, data, folder in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(4)
        let averaged = try session.sample(3)
        let weights = session.variableNames.filter { $0.hasPrefix("generator.") }
        for name in weights { session.fill(name, with: session.values("ema/0.6/" + name)) }
        #expect(try session.sample(3) == averaged)
        for name in weights { session.fill(name, with: session.values(name).map { $0 + 0.5 }) }
        #expect(try session.sample(3) == averaged)
        for name in weights { session.fill("ema/0.6/" + name, with: session.values(name)) }
        #expect(try session.sample(3) != averaged)
      }
    }

    @Test(arguments: ["off", "stochastic", "{mean_of: 3}"])
    func samplesOfACheckpointAreThoseOfItsTraining(_ masks: String) throws {
      for settings in [Settings.gan, Settings.vae, Settings.augmented, Settings.learned] {
        try withExperiment(settings, ["seed=5", "sampling.dropout=\(masks)"]) {
          experiment, data, folder in
          let session = try TrainingSession(experiment, data, threads: 2)
          try session.advance(3)
          // Drawing a few samples first, as for a sheet, does not change later samples.
          let few = try session.sample(3)
          let file = folder.appending(path: "checkpoint.safetensors")
          try session.save(to: file)
          let generator = try Generator(checkpoint: file, seed: 5, threads: 2)
          #expect(generator.shape == [8, 8, 1] && generator.latent == experiment.model.latent)
          let many = try generator.examples(generator.latents(70))
          #expect(try session.sample(70) == many)
          #expect(few[...] == many.prefix(few.count))
        }
      }
    }

    @Test func masksAreOffUnlessAskedFor() throws {
      let off = try samples([])
      #expect(try samples(["sampling.dropout=off"]) == off)
      #expect(try samples(["dropout=[]"]) == off)
      let stochastic = try samples(["sampling.dropout=stochastic"])
      #expect(stochastic != off)
      #expect(try samples(["sampling.dropout=stochastic"]) == stochastic)
    }

    @Test func meanOfManyMasksComesNearTheirExpectation() throws {
      // The mean of the logits over masks equals that without masks; after the sigmoid it is close.
      let off = try samples([])
      func distance(_ other: [Float]) -> Float {
        zip(off, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let one = try samples(["sampling.dropout={mean_of: 1}"])
      let many = try samples(["sampling.dropout={mean_of: 400}"])
      #expect(try samples(["sampling.dropout=stochastic"]) == one)
      #expect(distance(many) < distance(one) / 50)
    }

    /// Four samples of an untrained VAE with dropout in its decoder.
    private func samples(_ overrides: [String]) throws -> [Float] {
      let settings = """
        model: {family: vae, backbone: mlp, latent: 3, hidden: [30]}
        train: {batch: 8}
        dropout: [{at: decoder.pre_output, rate: 0.3}]

        """
      return try withExperiment(settings, overrides) { experiment, data, _ in
        try TrainingSession(experiment, data, threads: 1).sample(4)
      }
    }
  }
}
