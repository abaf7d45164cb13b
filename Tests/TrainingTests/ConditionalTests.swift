import Datasets
import Evaluation
import Experiments
import Foundation
import Media
import Records
import Testing
import Training
import Trials

extension TrainingSuite {
  /// Models whose networks are told of classes.
  @Suite struct ConditionalTests {
    private static let mlp = "backbone: mlp, latent: 4, hidden: [32, 64]"
    private static let conv = "backbone: conv, latent: 4, width: 8"

    struct Case: Sendable, CustomTestStringConvertible {
      let family, model: String
      var side = 8
      var loss = "{}"
      var testDescription: String { "\(family) \(model)" }
    }

    static let cases = [
      Case(family: "vae", model: mlp), Case(family: "vae", model: conv, side: 16),
      Case(family: "gan", model: mlp, loss: "{r1_gamma: 0.1}"),
      Case(family: "gan", model: conv, side: 16, loss: "{r1_gamma: 0.1}"),
      Case(family: "vae", model: "backbone: rnn, latent: 4, hidden: [32]"),
    ]

    /// Classes are three shades of grey; samples of a class have its shade.
    @Test(arguments: cases) func samplesAreOfTheirClass(_ test: Case) throws {
      let settings = """
        model: {family: \(test.family), conditional: true, \(test.model)}
        loss: \(test.loss)
        optimizer: {learning_rate: 3e-3}
        train: {steps: 400, batch: 16}

        """
      try withClassifier(settings, side: test.side) { experiment, data, _ in
        let side = test.side
        #expect(data.classes == ["0", "1", "2"])
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(400)
        let (examples, columns) = try Sampler(Inference(session)).sheet(64)
        #expect(columns == 21 && examples.count == 63 * side * side)
        let shades = (0..<3).map { label in
          let own = examples[label * 21 * side * side..<(label + 1) * 21 * side * side]
          let mean = own.reduce(0) { $0 + Double($1) } / Double(own.count)
          return test.family == "gan" ? (mean + 1) / 2 : mean
        }
        for (shade, expected) in zip(shades, [0.2, 0.45, 0.7]) {
          #expect(abs(shade - expected) < 0.1, "\(shades)")
        }
      }
    }

    private static func settings(of family: String) -> String {
      """
      model: {family: \(family), conditional: true, backbone: conv, latent: 4, width: 4}
      loss: \(family == "gan" ? "{discriminator_steps: 2, gp_lambda: 1}" : "{}")
      train: {steps: 12, batch: 8, ema: 0.8}
      metrics: {samples: 40, features: pixels}
      dropout: [{at: \(family == "gan" ? "generator" : "encoder").label, rate: 0.3}]

      """
    }

    /// Classes come from the data in every step, so that a checkpoint goes on exactly.
    @Test(arguments: ["gan", "vae"]) func resumptionIsExact(_ family: String) throws {
      try withClassifier(Self.settings(of: family), side: 16) { experiment, data, folder in
        let whole = try TrainingSession(experiment, data, threads: 1)
        try whole.advance(9)
        let first = try TrainingSession(experiment, data, threads: 1)
        try first.advance(4)
        let file = folder.appending(path: "x.safetensors")
        try first.save(to: file)
        let second = try TrainingSession(experiment, data, threads: 1)
        try second.restore(from: file)
        try second.advance(5)
        for name in whole.variableNames {
          #expect(second.values(name) == whole.values(name), "\(name)")
        }
        try second.save(to: file)
        let generator = try Generator(checkpoint: file, seed: UInt64(experiment.seed), threads: 1)
        let classes = try generator.classes(of: 20)
        #expect(generator.classes == ["0", "1", "2"] && Set(classes).count > 1)
        #expect(
          try generator.examples(generator.latents(20), classes: classes)
            == Sampler(Inference(whole)).sample(20))
      }
    }

    /// An example is judged beside its class: a discriminator and an encoder give other answers for another one.
    @Test func measurementsAreOfTheExamplesClasses() throws {
      for settings in ["gan", "vae"].map(Self.settings) {
        try withClassifier(settings, side: 16) { experiment, data, _ in
          let session = try TrainingSession(experiment, data, threads: 1)
          try session.advance(12)
          func answers(_ data: Dataset) throws -> [Double] {
            let positions = Array(0..<20)
            return try session.discriminatorScores(of: data.holdout, positions)
              + session.logLikelihoods(of: data.holdout, positions, draws: 2)
          }
          let (own, others) = (try answers(data), try answers(data.shufflingLabels()))
          #expect(own.count == 20 && own != others)
          let same = (0..<20).filter {
            data.holdout.labels[$0] == data.shufflingLabels().holdout.labels[$0]
          }
          #expect(same.allSatisfy { own[$0] == others[$0] } && !same.isEmpty)
        }
      }
    }

    /// Shuffled classes keep their numbers and their examples, and go with the same data to every trial.
    @Test func shuffledClassesTellNothing() throws {
      try withClassifier(Self.settings(of: "gan")) { experiment, data, _ in
        let shuffled = try experiment.overriding([Override(parsing: "data.shuffle_labels=true")])
          .loadData(progress: nil)
        #expect(shuffled.training.labels != data.training.labels)
        #expect(shuffled.training.labels.sorted() == data.training.labels.sorted())
        #expect(shuffled.holdout.labels != data.holdout.labels)
        #expect(shuffled.training.floats(in: .unit) == data.training.floats(in: .unit))
        #expect(
          try shuffled.training.labels
            == experiment.overriding([
              Override(parsing: "data.shuffle_labels=true"), Override(parsing: "seed=3"),
            ]).loadData(progress: nil).training.labels)
        let (own, others) = (data.fingerprints, shuffled.fingerprints)
        #expect(zip(own, others).filter { $0 != $1 }.map(\.0.set) == ["labels"])
      }
    }

    /// A label that is dropped leaves a network without its class: at rate 1 − 1e-9 classes have no effect on training.
    @Test func droppedLabelsAreMissing() throws {
      let rate = "dropout: [{at: [generator.label, discriminator.label], rate: 0.999999}]"
      let settings = Self.settings(of: "gan").replacing(
        "dropout: [{at: generator.label, rate: 0.3}]", with: rate)
      try withClassifier(settings, side: 16) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let names = session.variableNames.filter {
          $0.contains(".class") && !$0.contains("/")
        }
        let before = names.map { session.values($0) }
        try session.advance(3)
        #expect(!names.isEmpty && names.map { session.values($0) } == before)
      }
    }
  }
}
