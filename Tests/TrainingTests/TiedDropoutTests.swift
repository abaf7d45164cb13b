import Datasets
import Evaluation
import Experiments
import Foundation
import Layers
import Media
import Records
import Scores
import TestSupport
import Testing
import Training
import Trials

extension TrainingSuite {
  /// Wrong labels, units that are tied to training examples, and units that are switched off.
  @Suite struct TiedDropoutTests {
    private static func settings(_ dropout: String) -> String {
      """
      model: {family: classifier, backbone: mlp, hidden: [64, 64], norm: none}
      optimizer: {learning_rate: 3e-3}
      train: {steps: 1000, batch: 40}
      dropout: [\(dropout)]

      """
    }

    /// A net remembers wrong labels, and does not where what it remembers them by is tied to their examples.
    @Test(arguments: [
      ("", 0.5...1), ("{type: example_tied, at: '*.post_act', rate: 0.75, active: 0.03}", 0...0.2),
    ])
    func wrongLabels(_ dropout: String, _ expected: ClosedRange<Double>) throws {
      try withClassifier(
        Self.settings(dropout), ["data.wrong_labels=0.2"], count: 400
      ) { experiment, data, folder in
        let wrong = (0.2 * Double(data.training.count)).rounded()
        #expect(Double(data.mislabelled.count) == wrong)
        let trial = Trial(experiment, in: ResultsFolder(folder), arm: "single", threads: 1)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let metrics = try #require(try MetricsDocument.read(from: trial.folder.metrics)).values
        let learned = try #require(metrics["wrong_labels_learned"])
        let value = try #require(learned.value)
        #expect(expected.contains(value), "\(value)")
        let corrected = try #require(metrics["wrong_labels_corrected"]?.value)
        #expect(value + corrected <= 1)
        let null = try #require(learned.controls[.null])
        #expect(null < 0.2)
        #expect(metrics["wrong_labels_corrected"]?.controls[.null] == metrics["accuracy"]?.value)
      }
    }

    /// An example has its mask whenever it comes, so that a training that is stopped goes on exactly.
    @Test func resumptionIsExact() throws {
      try withClassifier(
        Self.settings("{type: example_tied, at: '*.post_act', rate: 0.5, active: 0.5}")
      ) { experiment, data, folder in
        let whole = try TrainingSession(experiment, data, threads: 1)
        try whole.advance(9)
        let first = try TrainingSession(experiment, data, threads: 1)
        try first.advance(4)
        let file = folder.appending(path: "x.safetensors")
        try first.save(to: file)
        let second = try TrainingSession(experiment, data, threads: 1)
        try second.restore(from: file)
        try second.advance(5)
        #expect(second.bits == whole.bits)
        let other = try withClassifier(Self.settings("")) { experiment, data, _ in
          let session = try TrainingSession(experiment, data, threads: 1)
          try session.advance(9)
          return session.bits
        }
        #expect(other != whole.bits)
      }
    }

    /// Samples are those of a net without the units, and a further training does not see the masks.
    @Test func unitsThatAreSwitchedOff() throws {
      let settings = """
        model: {family: gan, backbone: mlp, latent: 4, hidden: [6, 5], norm: none}
        train: {steps: 8, batch: 8, ema: 0.8}
        metrics: {samples: 5, features: pixels}

        """
      let override = ["sampling.deactivate={share: 0.1}"]
      try withExperiment(settings, override) { experiment, data, folder in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(4)
        let all = try session.sample(3)
        session.fill("generator.block1.post_act.active", with: [1, 0, 1, 1, 0, 1])
        let some = try session.sample(3)
        #expect(some != all)
        for name in ["", "ema/0.8/"] {
          let weight = name + "generator.block2.linear.weight"
          var values = session.values(weight)
          for index in values.indices where [1, 4].contains(index % 6) { values[index] = 0 }
          session.fill(weight, with: values)
        }
        session.fill("generator.block1.post_act.active", with: [1, 1, 1, 1, 1, 1])
        #expect(try session.sample(3) == some)
        let plain = try withExperiment(settings) { experiment, data, _ in
          let session = try TrainingSession(experiment, data, threads: 1)
          try session.advance(4)
          return try session.sample(3)
        }
        #expect(plain == all)
      }
    }

    /// A generator copies an example while one of its units is on, and makes something between all of them without it.
    @Test func theUnitThatCopiesIsSwitchedOff() throws {
      let settings = """
        model: {family: gan, backbone: mlp, latent: 4, hidden: [6, 5], norm: none}
        train: {steps: 8, batch: 8, ema: []}
        metrics: {samples: 5, features: pixels}

        """
      try withExperiment(settings, ["sampling.deactivate={share: 0.1}"]) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let size = data.training.size
        let copied = data.training.floats(in: .symmetric)[..<size].map { $0 * 0.999 }
        func fill(_ name: String, _ count: Int, _ value: (Int) -> Float) {
          session.fill("generator." + name, with: (0..<count).map(value))
        }
        // Unit 3 of the second layer is always 1, and the only one that has a weight in the output.
        fill("block2.linear.weight", 30) { _ in 0 }
        fill("block2.linear.bias", 5) { $0 == 3 ? 1 : 0 }
        fill("output.linear.weight", size * 5) { $0 % 5 == 3 ? atanh(copied[$0 / 5]) : 0 }
        fill("output.linear.bias", size) { _ in 0 }
        let said = try #require(try Measuring(session, data).deactivate())
        #expect(
          said
            == "1 of 11 units are switched off: 100.0% of 256 samples were memorised with all of them, 0.0% without these"
        )
        #expect(session.values("generator.block1.post_act.active") == [1, 1, 1, 1, 1, 1])
        #expect(session.values("generator.block2.post_act.active") == [1, 1, 1, 0, 1])
      }
    }
  }
}
