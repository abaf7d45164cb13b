import CPU
import Evaluation
import Experiments
import Testing
import Training

extension TrainingSuite {
  /// `train.precision: bfloat16`, where the processor has instructions for it.
  @Suite(.enabled(if: InstructionSet.multipliesBfloat16)) struct PrecisionTests {
    private static let settings = """
      model: {family: vae, backbone: mlp, latent: 8, hidden: [256, 256]}
      train: {steps: 20, batch: 40}
      metrics: {samples: 5, features: pixels}

      """

    /// Losses follow those of single precision, from which they differ by rounding; the same weights give the same samples.
    @Test func lossesFollowThoseOfSinglePrecision() throws {
      try withExperiment(Self.settings) { experiment, data, _ in
        let reduced = try experiment.overriding([Override(parsing: "train.precision=bfloat16")])
        #expect(reduced.trialHash(seed: 0) != experiment.trialHash(seed: 0))
        let sessions = try [experiment, reduced].map { try TrainingSession($0, data, threads: 2) }
        var differences = 0
        for _ in 0..<20 {
          for session in sessions { try session.advance() }
          let (full, short) = (sessions[0].losses(), sessions[1].losses())
          for (x, y) in zip(full, short) {
            #expect(abs(x.value - y.value) <= 0.02 * (1 + abs(x.value)), "\(x), not \(y)")
            if x.value != y.value { differences += 1 }
          }
        }
        #expect(differences > 0)
        for name in sessions[0].variableNames {
          sessions[1].fill(name, with: sessions[0].values(name))
        }
        let samples = try sessions.map { try Sampler(Inference($0)).sample(20) }
        #expect(samples[0] == samples[1])
      }
    }
  }
}
