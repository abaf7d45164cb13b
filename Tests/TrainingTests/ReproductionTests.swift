import Foundation
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Resuming from a checkpoint, repeating a run, and changing a single setting, compared bit by bit.
  @Suite struct ReproductionTests {
    static let runs = [
      (Settings.gan, [], 1), (Settings.gan, [], 2), (Settings.vae, [], 1), (Settings.vae, [], 2),
      (Settings.augmented, Settings.augment, 2), (Settings.learned, [], 2),
      (Settings.vae, ["data.augment={cutout: {}, mixup: {alpha: 0.3}}"], 2),
    ]

    @Test(arguments: runs)
    func resumingIsExactToTheBit(_ settings: String, _ overrides: [String], _ threads: Int) throws {
      try withExperiment(settings, overrides) { experiment, data, folder in
        let whole = try TrainingSession(experiment, data, threads: threads)
        try whole.advance(9)
        let first = try TrainingSession(experiment, data, threads: threads)
        try first.advance(4)
        let checkpoint = folder.appending(path: "checkpoint.safetensors")
        try first.save(to: checkpoint)
        let second = try TrainingSession(experiment, data, threads: threads)
        try second.restore(from: checkpoint)
        #expect(second.step == 4)
        #expect(second.bits == first.bits)
        try second.advance(5)
        #expect(second.bits == whole.bits)
        #expect(second.losses().map(\.value) == whole.losses().map(\.value))
        #expect(try second.sample(70) == whole.sample(70))
      }
    }

    @Test(arguments: [Settings.gan, Settings.vae]) func theSameTwiceGivesTheSameBytes(
      _ settings: String
    ) throws {
      try withExperiment(settings) { experiment, data, folder in
        let files = try (0..<2).map { index in
          let session = try TrainingSession(experiment, data, threads: 2)
          try session.advance(6)
          let file = folder.appending(path: "\(index).safetensors")
          try session.save(to: file)
          return try Data(contentsOf: file)
        }
        #expect(files[0] == files[1])
      }
    }

    @Test func otherSeedsDiffer() throws {
      let bits = try (0..<2).map { seed in
        try withExperiment(Settings.vae, ["seed=\(seed)"]) { experiment, data, _ in
          try TrainingSession(experiment, data, threads: 1).bits
        }
      }
      let name = "decoder.output.linear.weight"
      #expect(bits[0][name] != bits[1][name])
    }

    /// Dropout of several rates, types and sites.
    static let entries = [
      "[]", "[{at: 'discriminator.block1.post_act', rate: 0.3}]",
      "[{at: 'discriminator.block1.post_act', rate: 0.7}]",
      "[{type: gaussian, at: 'discriminator.block1.post_act', rate: 0.3}]",
      "[{at: 'generator.*.post_act', rate: 0.3}, {at: 'discriminator.pre_output', rate: 0.1}]",
    ]

    @Test func augmentationMovesNoOtherStream() throws {
      let augment = "data.augment={flip: true, mixup: {}, cutout: {}}"
      #expect(try observe("[]", [augment]) == observe("[]"))
    }

    @Test(arguments: entries) func dropoutMovesNoOtherStream(_ entries: String) throws {
      #expect(try observe(entries) == observe("[]"))
    }

    /// Weights, batches and latents, which must not depend on dropout.
    struct Observation: Equatable {
      let weights: [String: [UInt32]]
      var batches: [[Float]] = []
      /// Running means of the generator's first norm, which depend only on its weights and the latents so far.
      var latents: [[Float]] = []
    }

    /// Trains with a step size too small to change a weight.
    private func observe(_ entries: String, _ overrides: [String] = []) throws -> Observation {
      let settings = """
        model: {family: gan, backbone: mlp, latent: 4, hidden: [6], norm: batch}
        train: {batch: 8}
        optimizer: {name: sgd, learning_rate: 1e-30}
        dropout: \(entries)

        """
      return try withExperiment(settings, overrides) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        var observation = Observation(weights: session.bits)
        for _ in 0..<7 {
          try session.advance()
          observation.batches.append(session.batch(0))
          observation.latents.append(session.values("generator.block1.norm.running_mean"))
        }
        #expect(Set(observation.batches).count == 7 && Set(observation.latents).count == 7)
        return observation
      }
    }
  }
}
