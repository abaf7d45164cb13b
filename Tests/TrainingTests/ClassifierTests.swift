import FolderSupport
import Media
import Experiments
import Datasets
import Foundation
import Metrics
import Records
import TestSupport
import Testing
import Evaluation
import Training
import Trials

/// Runs a test with a small detector or classifier on images of three shades, in a new folder.
///
/// - Parameter overrides: As for `--set`.
func withClassifier<Result>(
  _ settings: String, _ overrides: [String] = [], side: Int = 8, count: Int = 90,
  _ body: (Experiment, Dataset, URL) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    let values = numbers(count * side * side, seed: 4).enumerated().map { index, noise in
      Float(0.25 * Double(index / (side * side) % 3) + 0.2 + 0.15 * noise)
    }
    try values.withUnsafeBufferPointer {
      try NumpyFile.write(
        $0, shape: [count, side, side, 1], to: folder.appending(path: "x.npy").path)
    }
    try (0..<count).map { Float($0 % 3) }.withUnsafeBufferPointer {
      try NumpyFile.write($0, shape: [count], to: folder.appending(path: "y.npy").path)
    }
    let experiment = try Experiment.parse(
      "name: test\ndata: {path: x.npy, labels: y.npy, size: \(side), channels: 1, holdout: 0.3}\n"
        + settings, file: "test.yaml", folder: folder.path,
      overrides: overrides.map(Override.init(parsing:)))
    return try body(experiment, experiment.loadData(progress: nil), folder)
  }
}

extension TrainingSuite {
  @Suite struct ClassifierTests {
    struct Reference: Decodable {
      struct Network: Decodable {
        let losses, probabilities, gradient, fgsm, pgd: [Double]
      }

      let mlp, conv: Network
      let blurred_image, blurred_sound: [Double]

      init() throws {
        let url = Bundle.module.bundleURL.appending(path: "Fixtures/attacks.json")
        self = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
      }
    }

    /// Compares attacks on given weights with those of PyTorch; `Fixtures/attacks.py` makes the fixture.
    @Test(arguments: ["mlp", "conv"]) func attacksEqualPyTorch(_ name: String) throws {
      let reference = try Reference()
      let expected = name == "mlp" ? reference.mlp : reference.conv
      let side = name == "mlp" ? 6 : 16
      let model = name == "mlp" ? "mlp, hidden: [9, 7]" : "conv, width: 4"
      try withClassifier(
        "model: {family: classifier, backbone: \(model)}\ntrain: {batch: 4}\n", side: side
      ) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 2)
        for variable in session.variableNames where !variable.contains("/") {
          let shape = try #require(shapes[name]?[variable], "\(variable)")
          session.fill(variable, with: fixtureValues(variable, shape))
        }
        let size = side * side
        let examples = fixtureValues("\(name)/examples", [5 * size]).map { ($0 + 1) / 2 }
        let labels = (0..<5).map { $0 % 3 }
        func compare(_ found: [Float], _ expected: [Double], _ what: String) {
          let worst = found.withUnsafeBufferPointer {
            worstError($0, expected, absolute: 1e-5, relative: 1e-5)
          }
          #expect(found.count == expected.count && worst < 1, "\(name) \(what): \(worst)")
        }
        let probabilities = try Predictor(session, dropout: .off)(examples)
        compare(probabilities.map { Float($0) }, expected.probabilities, "probabilities")
        let attack = try Attack(session)
        compare(try attack.gradient(examples, labels: labels), expected.gradient, "gradient")
        compare(
          try attack.fgsm(examples, labels: labels, strength: 0.1), expected.fgsm, "FGSM")
        let start = zip(examples, fixtureValues("\(name)/start", [5 * size])).map {
          $0 + 0.1 * $1
        }
        compare(
          try attack.pgd(examples, labels: labels, strength: 0.1, steps: 4, from: start),
          expected.pgd, "PGD")
      }
    }

    private let shapes: [String: [String: [Int]]] = [
      "mlp": [
        "classifier.block1.linear.weight": [9, 36], "classifier.block1.linear.bias": [9],
        "classifier.block2.linear.weight": [7, 9], "classifier.block2.linear.bias": [7],
        "classifier.output.linear.weight": [3, 7], "classifier.output.linear.bias": [3],
      ],
      "conv": [
        "classifier.block1.conv.weight": [4, 1, 4, 4], "classifier.block1.conv.bias": [4],
        "classifier.block2.conv.weight": [8, 4, 4, 4], "classifier.block2.norm.weight": [8],
        "classifier.block2.norm.bias": [8], "classifier.block2.norm.running_mean": [8],
        "classifier.block2.norm.running_var": [8], "classifier.output.linear.weight": [3, 128],
        "classifier.output.linear.bias": [3],
      ],
    ]

    @Test func strengthZeroAndTen() throws {
      try withClassifier(
        "model: {family: classifier, backbone: mlp, hidden: [9]}\ntrain: {batch: 4}\n"
      ) { experiment, data, _ in
        let attack = try Attack(TrainingSession(experiment, data, threads: 1))
        let examples = data.holdout.floats(in: .unit)
        let labels = data.holdout.labels
        #expect(try attack.fgsm(examples, labels: labels, strength: 0) == examples)
        #expect(
          try attack.pgd(examples, labels: labels, strength: 0, steps: 3, from: examples)
            == examples)
        let strong = try attack.fgsm(examples, labels: labels, strength: 10)
        #expect(strong.allSatisfy { (0...1).contains($0) })
        #expect(strong.count { $0 == 0 || $0 == 1 } > examples.count / 2)
      }
    }

    // MARK: Corruptions

    @Test func blurEqualsSciPy() throws {
      let reference = try Reference()
      let image = Blur(amount: 1.3).apply(
        to: fixtureValues("blur/image", [6, 5, 3]), shape: [6, 5, 3], number: 0)
      let sound = Blur(amount: 2.1).apply(
        to: fixtureValues("blur/sound", [40, 1]), shape: [40, 1], number: 0)
      for (found, expected) in [
        (image, reference.blurred_image), (sound, reference.blurred_sound),
      ] {
        #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        #expect(found.count == expected.count)
      }
      #expect(Blur(amount: 0).apply(to: [1, 2, 3, 4], shape: [4, 1], number: 0) == [1, 2, 3, 4])
    }

    @Test func noiseHasItsDeviation() {
      let noise = Noise(amount: 0.1).apply(
        to: [Float](repeating: 0, count: 20_000), shape: [20_000, 1], number: 3)
      let mean = noise.reduce(0, +) / 20_000
      let deviation = (noise.reduce(0) { $0 + $1 * $1 } / 20_000).squareRoot()
      #expect(abs(mean) < 0.003 && abs(deviation - 0.1) < 0.002)
      let other = Noise(amount: 0.1).apply(to: [0, 0, 0], shape: [3, 1], number: 4)
      #expect(other != Array(noise.prefix(3)))
    }

    @Test func resamplingLosesDetail() throws {
      let image: [Float] = [0, 1, 0.5, 0.5, 1, 0, 0.5, 0.5, 0, 0, 1, 1, 0, 0, 1, 1]
      #expect(
        try Resampling(factor: 2, sampleRateHz: nil).apply(
          to: image, shape: [4, 4, 1], number: 0)
          == [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0, 0, 1, 1, 0, 0, 1, 1])
      #expect(
        try Resampling(factor: 1, sampleRateHz: nil).apply(
          to: image, shape: [4, 4, 1], number: 0) == image)
      func tone(_ hertz: Double) -> [Float] {
        (0..<4000).map { Float(sin(2 * Double.pi * hertz * Double($0) / 8000)) }
      }
      func energy(_ sound: [Float]) -> Float {
        sound[500..<3500].reduce(0) { $0 + $1 * $1 } / 3000
      }
      let halved = Resampling(factor: 2, sampleRateHz: 8000)
      let tone300 = tone(300)
      let low = try halved.apply(to: tone(300), shape: [4000, 1], number: 0)
      let high = try halved.apply(to: tone(3000), shape: [4000, 1], number: 0)
      #expect(low.count == 4000)
      #expect((500..<3500).allSatisfy { abs(low[$0] - tone300[$0]) < 0.01 })
      #expect(energy(high) < 1e-4)
    }

    // MARK: Whole trials

    @Test func aTrialMeasuresEverything() throws {
      let settings = """
        model: {family: classifier, backbone: mlp, hidden: [10]}
        optimizer: {learning_rate: 0.01}
        train: {steps: 200, batch: 8}
        dropout: [{at: classifier.*.post_act, rate: 0.3}]
        metrics:
          every: 10
          probes: [activation_sparsity, mean_activation, co_adaptation, effective_rank, subnetwork_variance, gradient_direction_variance, steps_to_loss]
          target_loss: 0.9
          averaging: [1, 4]
          masks: 5
          attacks: {fgsm: [0, 0.1], pgd: [10]}

        """
      try withClassifier(settings) { experiment, data, folder in
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "single", threads: 1)
        #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        let text = try Data(contentsOf: trial.folder.metrics)
        let document = try #require(
          try JSONSerialization.jsonObject(with: text) as? [String: Any])
        let values = try #require(document["values"] as? [String: [String: Any]])
        func value(_ key: String, _ name: String = "value") throws -> Double {
          try #require(values[key]?[name] as? Double, "\(key) \(name)")
        }
        let accuracy = try value("accuracy")
        #expect(accuracy > 0.6, "\(accuracy)")
        #expect(try value("accuracy_fgsm_0") == value("accuracy"))
        #expect(try value("accuracy_pgd_10") < value("accuracy"))
        // Gaps are positive where training examples do better: of an accuracy from below, of a loss from above.
        for (key, sign) in [("accuracy", 1.0), ("cross_entropy", -1)] {
          let (seen, unseen) = (
            try value("\(key)_gap", "training"), try value("\(key)_gap", "holdout")
          )
          #expect(unseen == (try value(key)) && seen != unseen)
          let gap = try value("\(key)_gap")
          // JSONSerialization rounds the last digit, and the file does not.
          #expect(abs(gap - sign * (seen - unseen)) < 1e-12, "\(key) \(gap) \(seen) \(unseen)")
        }
        #expect(try (0...1).contains(value("activation_sparsity")))
        #expect(try value("subnetwork_variance") > 0)
        #expect(try (0...1).contains(value("gradient_direction_variance")))
        #expect(try (1...200).contains(value("steps_to_loss")))
        // The more masks are sampled, the nearer their mean is to that of all 1,024.
        let distances = try ["distance_mean_of_1", "distance_mean_of_4"].map { try value($0) }
        #expect(distances[0] > distances[1])
        #expect(try value("distance_exact") == 0)
        #expect(try value("distance_weight_scaling") > 0)
        #expect(
          try abs(
            value("accuracy_exact", "gain")
              - (value("accuracy_exact") - value("accuracy_weight_scaling")))
            < 1e-12)
        #expect(values["equal_error_rate"] == nil)
        #expect(document["features"] == nil)
        let table = try String(contentsOf: trial.folder.predictions, encoding: .utf8)
          .split(separator: "\n")
        #expect(table[0] == "class,prediction,p_0,p_1,p_2")
        #expect(table.count == 1 + data.holdout.count)
        let log = try String(contentsOf: trial.folder.log, encoding: .utf8)
        #expect(log.contains("\"evaluation_loss\":") && log.contains("\"activation_sparsity\":"))
        #expect(
          !FileManager.default.fileExists(atPath: trial.folder.nearest(fileExtension: "png").path))
      }
    }

    /// Every backbone trains on the timbres of `tones`, with dropout and augmentation.
    @Test(arguments: ["mlp, hidden: [8]", "conv, width: 4", "resnet, width: 4", "rnn, hidden: 8"])
    func everyBackboneReadsSounds(_ backbone: String) throws {
      let place = backbone.hasPrefix("rnn") ? "*.pre_output" : "*.post_act"
      let experiment = try Experiment.parse(
        """
        name: test
        data: {kind: audio, source: tones, sample_rate: 8000, length: 320, representation: waveform, limit: 96, augment: {mixup: {}, cutout: {length: 20}}}
        model: {family: classifier, backbone: \(backbone)}
        train: {steps: 3, batch: 16}
        dropout: [{at: "\(place)", rate: 0.3}]

        """, file: "test.yaml", folder: "/")
      let data = try experiment.loadData(progress: nil)
      #expect(data.classes.count == 4 && data.training.count == 96)
      let session = try TrainingSession(experiment, data, threads: 1)
      try session.advance(3)
      #expect(session.isFinite)
      let sounds = data.holdout.part([0, 1, 2]).floats(in: .symmetric)
      let probabilities = try Predictor(session, dropout: .meanOf(2))(sounds)
      #expect(probabilities.count == 12)
      for row in 0..<3 {
        #expect(abs(probabilities[row * 4..<row * 4 + 4].reduce(0, +) - 1) < 1e-5)
      }
      let changed = try Attack(session).fgsm(
        sounds, labels: data.holdout.part([0, 1, 2]).labels, strength: 0.01)
      #expect(zip(changed, sounds).allSatisfy { abs($0 - $1) < 0.010001 && abs($0) <= 1 })
      #expect(changed != sounds)
    }

    /// Mixed examples have labels mixed in the same shares.
    @Test(arguments: ["mixup: {alpha: 0.5}", "cutmix: {}", "manifold_mixup: {at: '*.pre_output'}"])
    func labelsAreMixed(_ augmentation: String) throws {
      try withClassifier(
        "model: {family: classifier, backbone: mlp, hidden: [9]}\ntrain: {steps: 30, batch: 8}\n"
      ) { plain, data, _ in
        let mixed = try plain.overriding([
          Override(parsing: "data.augment={\(augmentation)}")
        ])
        let sessions = try [plain, mixed].map { try TrainingSession($0, data, threads: 1) }
        for session in sessions { try session.advance(30) }
        let losses = sessions.map { $0.losses()[0].value }
        // The loss of mixed labels cannot fall below their entropy; that of plain labels has no such floor.
        #expect(losses[1] > losses[0] && losses[1].isFinite)
      }
    }

    @Test func crossEntropyOfLargeLogitsIsFinite() throws {
      try withClassifier(
        "model: {family: classifier, backbone: mlp, hidden: [9]}\ntrain: {batch: 8}\n"
      ) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        session.fill(
          "classifier.output.linear.bias", with: [1000, -1000, 0])
        try session.advance(3)
        #expect(session.losses()[0].value > 100)
        #expect(session.isFinite)
      }
    }
  }
}
