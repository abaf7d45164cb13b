import Datasets
import Evaluation
import Experiments
import Foundation
import Media
import Records
import TestSupport
import Testing
import Training
import Trials

extension TrainingSuite {
  /// Attacks that average gradients over masks.
  @Suite struct MaskedAttackTests {
    private static let rate = 0.3
    private static let units = 4
    private static let model =
      "model: {family: classifier, backbone: mlp, hidden: [4]}\ntrain: {batch: 8}\n"
    private static let dropout = "dropout: [{at: classifier.block1.post_act, rate: 0.3}]\n"

    /// The network by hand, all of whose hidden units are active, so that masks can be told apart.
    private struct Network {
      let weight, bias, outer, outerBias: [Double]
      let size: Int

      init(_ session: TrainingSession, size: Int) {
        session.fill("classifier.block1.linear.bias", with: [2, 2.3, 2.6, 2.9])
        func values(_ name: String) -> [Double] { session.values(name).map(Double.init) }
        weight = values("classifier.block1.linear.weight")
        bias = values("classifier.block1.linear.bias")
        outer = values("classifier.output.linear.weight")
        outerBias = values("classifier.output.linear.bias")
        self.size = size
      }

      /// Probabilities of the classes, with hidden units multiplied by a mask.
      func probabilities(_ x: ArraySlice<Float>, _ mask: [Double]) -> [Double] {
        let hidden = (0..<units).map { unit in
          zip(weight[unit * size..<(unit + 1) * size], x).reduce(bias[unit]) {
            $0 + $1.0 * Double($1.1)
          }
        }
        #expect(hidden.allSatisfy { $0 > 0 })
        let powers = (0..<3).map { label in
          exp(
            (0..<units).reduce(outerBias[label]) {
              $0 + outer[label * units + $1] * hidden[$1] * mask[$1]
            })
        }
        return powers.map { $0 / powers.reduce(0, +) }
      }

      /// The gradient of the loss of an example.
      func gradient(_ x: ArraySlice<Float>, label: Int, _ mask: [Double]) -> [Double] {
        var slopes = probabilities(x, mask)
        slopes[label] -= 1
        return (0..<size).map { place in
          (0..<units).reduce(0.0) { sum, unit in
            let slope = (0..<3).reduce(0.0) { $0 + slopes[$1] * outer[$1 * units + unit] }
            return sum + slope * mask[unit] * weight[unit * size + place]
          }
        }
      }
    }

    /// The sixteen masks, with their scale, and their probabilities.
    private static let masks = (0..<16).map { bits in
      let kept = (0..<units).map { bits >> $0 & 1 == 1 }
      return (
        mask: kept.map { $0 ? 1 / (1 - rate) : 0 },
        probability: kept.reduce(1) { $0 * ($1 ? 1 - rate : rate) }
      )
    }

    private func distance(_ a: [Double], _ b: [Double]) -> Double {
      let square = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return (square / b.reduce(1e-12) { $0 + $1 * $1 }).squareRoot()
    }

    private func with(
      _ settings: String, _ body: (TrainingSession, Network, [Float], [Int], Int) throws -> Void
    ) throws {
      try withClassifier(Self.model + settings) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let network = Network(session, size: data.training.size)
        let x = data.holdout.floats(in: .unit)
        try body(session, network, x, data.holdout.labels, data.training.size)
      }
    }

    /// The number of the mask whose result is the nearest.
    private func mask(nearest found: [Double], _ result: ([Double]) -> [Double]) -> Int {
      let distances = Self.masks.map { distance(found, result($0.mask)) }
      let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
      #expect(distances[nearest] < 1e-4, "\(distances)")
      return nearest
    }

    @Test func gradientsAreMeansOverMasks() throws {
      try with(Self.dropout) { session, network, x, labels, size in
        let one = try Attack(session, masks: 1)
        let single = try (0..<3).map { try one.gradient(x, labels: labels, step: $0) }
        let mean = single[0].indices.map { (single[0][$0] + single[1][$0] + single[2][$0]) / 3 }
        let three = try Attack(session, masks: 3).gradient(x, labels: labels)
        #expect(zip(three, mean).allSatisfy { abs($0 - $1) < 1e-6 })
        let many = try Attack(session, masks: 600).gradient(x, labels: labels)
        var (steps, attacked, predicted) = ([[Int]](repeating: [], count: 3), [Int](), [Int]())
        let outputs = try Predictor(session, dropout: .stochastic)(x)
        for row in 0..<labels.count {
          let range = row * size..<(row + 1) * size
          func gradient(_ mask: [Double]) -> [Double] {
            network.gradient(x[range], label: labels[row], mask)
          }
          for step in 0..<3 {
            steps[step].append(mask(nearest: single[step][range].map(Double.init), gradient))
          }
          attacked.append(steps[0][row])
          predicted.append(
            mask(nearest: Array(outputs[row * 3..<row * 3 + 3])) {
              network.probabilities(x[range], $0)
            })
          var expected = [Double](repeating: 0, count: size)
          for (mask, probability) in Self.masks {
            for (place, slope) in gradient(mask).enumerated() {
              expected[place] += probability * slope
            }
          }
          #expect(distance(many[range].map(Double.init), expected) < 0.25)
        }
        // Masks of examples and steps differ, and predictions have others.
        #expect(Set(attacked).count > 1 && steps[0] != steps[1] && steps[1] != steps[2])
        #expect(!steps.contains(predicted))
      }
    }

    /// Without masks the gradient is that of the plain network, and likewise of a network without dropout.
    @Test func withoutMasks() throws {
      try with(Self.dropout) { session, network, x, labels, size in
        let found = try Attack(session, masks: 0).gradient(x, labels: labels)
        let plain = network.gradient(x[..<size], label: labels[0], [1, 1, 1, 1])
        #expect(distance(found[..<size].map(Double.init), plain) < 1e-4)
      }
      try with("") { session, _, x, labels, _ in
        let attacks = try [0, 5].map { try Attack(session, masks: $0) }
        let gradients = try attacks.map { try $0.gradient(x, labels: labels, step: 1) }
        #expect(gradients[0].map(\.bitPattern) == gradients[1].map(\.bitPattern))
      }
    }

    /// Every step of PGD has masks of its own, the same for all strengths.
    @Test func stepsFollowTheMeans() throws {
      try with(Self.dropout) { session, _, x, labels, _ in
        let attack = try Attack(session, masks: 2)
        func moved(_ from: [Float], _ step: Int, by size: Float, within strength: Float) throws
          -> [Float]
        {
          let slopes = try attack.gradient(from, labels: labels, step: step)
          return zip(zip(from, slopes), x).map { pair, center in
            let value = pair.0 + size * (pair.1 > 0 ? 1 : pair.1 < 0 ? -1 : 0)
            return min(max(min(max(value, center - strength), center + strength), 0), 1)
          }
        }
        for strength in [Float(0.02), 0.1] {
          let once = try moved(x, 0, by: strength, within: strength)
          #expect(try attack.fgsm(x, labels: labels, strength: Double(strength)) == once)
          let size = Float(2.5 * Double(strength) / 2)
          let twice = try moved(
            moved(x, 0, by: size, within: strength), 1, by: size, within: strength)
          let again = try Attack(session, masks: 2)
          let found = try again.pgd(
            x, labels: labels, strength: Double(strength), steps: 2, from: x)
          #expect(zip(found, twice).allSatisfy { abs($0 - $1) < 1e-6 })
        }
      }
    }

    @Test func aTrialThatKeepsMasks() throws {
      try withClassifier(
        """
        model: {family: classifier, backbone: mlp, hidden: [10]}
        optimizer: {learning_rate: 0.01}
        train: {steps: 100, batch: 8}
        dropout: [{at: classifier.*.post_act, rate: 0.3}]
        sampling: {dropout: stochastic}
        metrics: {attacks: {fgsm: [0, 0.3], pgd: [0.3], masks: 3}}

        """
      ) { experiment, data, folder in
        #expect(experiment.metrics.attacks.masks == 3)
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "single", threads: 1)
        #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        let document = try JSONSerialization.jsonObject(
          with: Data(contentsOf: trial.folder.metrics))
        let values = try #require(
          (document as? [String: Any])?["values"] as? [String: [String: Any]])
        func value(_ key: String) throws -> Double {
          try #require(values[key]?["value"] as? Double, "\(key)")
        }
        // Predictions have the same masks whether or not examples are attacked.
        #expect(try value("accuracy_fgsm_0") == value("accuracy"))
        #expect(try value("accuracy_pgd_0.3") < value("accuracy"))
      }
    }
  }
}
