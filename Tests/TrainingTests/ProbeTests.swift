import FolderSupport
import Scores
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

extension TrainingSuite {
  @Suite struct ProbeTests {
    @Test func gradientDirectionsByHand() {
      // The three pairs are at right angles, opposite, and at right angles.
      let found = GradientDirections.variance(of: [[1, 0], [0, 2], [-3, 0]])
      #expect(abs(found - (0.5 + 1 + 0.5) / 3) < 1e-12)
      #expect(GradientDirections.variance(of: [[1, 2], [2, 4]]) < 1e-7)
      #expect(GradientDirections.variance(of: [[0, 0], [2, 4]]).isNaN)
    }

    /// Every probe logs finite values for both families of generators.
    @Test(arguments: [
      "gan, backbone: conv, latent: 3, width: 4", "vae, backbone: rnn, latent: 3, hidden: 6",
    ])
    func everyProbeOfEveryFamily(_ model: String) throws {
      let probes = [
        "activation_sparsity", "mean_activation", "co_adaptation", "effective_rank",
        "subnetwork_variance", "gradient_direction_variance",
      ]
      let place = model.hasPrefix("gan") ? "*.post_act" : "*.pre_output"
      try withExperiment(
        """
        model: {family: \(model)}
        train: {steps: 6, batch: 8, sample_every: 0}
        metrics: {samples: 5, features: pixels, every: 3, probes: [\(probes.joined(separator: ", "))], averaging: [1, 3]}
        dropout: [{at: "\(place)", rate: 0.4}]

        """
      ) { experiment, data, folder in
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "single", threads: 1)
        #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        for probe in probes {
          let values = try LogLines.values(of: probe, in: trial.folder.log)
          #expect(values.map(\.step) == [3, 6], "\(probe)")
          #expect(values.allSatisfy { $0.value.isFinite && $0.value >= 0 }, "\(probe)")
        }
        let document = try #require(
          try JSONSerialization.jsonObject(with: Data(contentsOf: trial.folder.metrics))
            as? [String: Any])
        let values = try #require(document["values"] as? [String: [String: Any]])
        for probe in probes {
          #expect(values[probe]?["value"] is Double, "\(probe)")
          #expect(values[probe]?["aspect"] as? String == "mechanism")
        }
        #expect(values["distance_mean_of_3"]?["value"] is Double)
        // Masks of pictures are too many to be enumerated.
        #expect(values["distance_exact"]?["value"] is NSNull)
        let networks =
          model.hasPrefix("gan") ? ["generator", "discriminator"] : ["encoder", "decoder"]
        for network in networks { #expect(values["subnetwork_variance"]?[network] is Double) }
      }
    }

    /// Probes do not change the training.
    @Test func probesChangeNothing() throws {
      let settings = """
        model: {family: classifier, backbone: mlp, hidden: [9]}
        train: {steps: 8, batch: 8}
        dropout: [{at: classifier.*.post_act, rate: 0.4}]

        """
      try withClassifier(settings) { plain, data, folder in
        let probed = try plain.overriding([
          Override("metrics.every", .integer(2)), Override("metrics.target_loss", .number(0.1)),
          Override(
            "metrics.probes",
            .list(
              ["gradient_direction_variance", "subnetwork_variance", "steps_to_loss"]
                .map(YAMLValue.text))),
        ])
        let checkpoints = try [plain, probed].enumerated().map { index, experiment in
          let trial = Trial(
            experiment, in: ResultsFolder(folder.appending(path: "r\(index)")), arm: "single",
            threads: 1)
          _ = try trial.run(data, shouldStop: { false }, report: { _ in })
          let session = try TrainingSession(experiment, data, threads: 1)
          try session.restore(from: trial.folder.checkpoint)
          return session.bits
        }
        #expect(checkpoints[0] == checkpoints[1])
      }
    }

    // MARK: Averaging

    /// Compares the mean over all masks of a small hidden layer, weighted by probability, with a sum by hand.
    @Test func allMasksByHand() throws {
      try withClassifier(
        """
        model: {family: classifier, backbone: mlp, hidden: [4]}
        train: {steps: 5, batch: 8}
        dropout: [{at: classifier.*.post_act, rate: 0.3}]

        """
      ) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(5)
        let (examples, found) = try MaskMeans.exact(session, data)
        let weight = session.values("classifier.block1.linear.weight").map(Double.init)
        let bias = session.values("classifier.block1.linear.bias").map(Double.init)
        let outer = session.values("classifier.output.linear.weight").map(Double.init)
        let outerBias = session.values("classifier.output.linear.bias").map(Double.init)
        let size = data.training.size
        for example in 0..<3 {
          let x = examples[example * size..<(example + 1) * size].map(Double.init)
          let hidden = (0..<4).map { unit -> Double in
            let row = weight[unit * size..<(unit + 1) * size]
            return max(0, zip(row, x).reduce(bias[unit]) { $0 + $1.0 * $1.1 })
          }
          var mean = [0.0, 0, 0]
          for mask in 0..<16 {
            let kept = (0..<4).filter { mask >> $0 & 1 == 1 }
            let probability = pow(0.7, Double(kept.count)) * pow(0.3, Double(4 - kept.count))
            let powers = (0..<3).map { label -> Double in
              exp(kept.reduce(outerBias[label]) { $0 + outer[label * 4 + $1] * hidden[$1] / 0.7 })
            }
            let total = powers.reduce(0, +)
            for label in 0..<3 { mean[label] += probability * powers[label] / total }
          }
          for label in 0..<3 {
            #expect(abs(found[example * 3 + label] - mean[label]) < 1e-5)
          }
        }
      }
    }
  }
}
