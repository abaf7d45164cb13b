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
  /// Variances before batch norms, beside the running ones.
  @Suite struct VarianceShiftTests {
    private func settings(_ hidden: Int, _ more: String) -> String {
      """
      model: {family: classifier, backbone: mlp, hidden: [\(hidden)], norm: batch}
      metrics: {probes: [variance_shift]}
      \(more)

      """
    }

    /// Mean and unbiased variance of each unit of the first linear layer over the training examples, which the probe
    /// looks at where few are held out.
    private func moments(
      _ session: TrainingSession, _ data: Dataset, units: Int
    ) -> [(mean: Double, variance: Double)] {
      let size = data.training.size
      let x = data.training.floats(in: .unit).map(Double.init)
      let weight = session.values("classifier.block1.linear.weight").map(Double.init)
      return (0..<units).map { unit in
        let values = (0..<data.training.count).map { example in
          (0..<size).reduce(0.0) { $0 + weight[unit * size + $1] * x[example * size + $1] }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, squares / Double(values.count - 1))
      }
    }

    private func probed(_ session: TrainingSession, _ data: Dataset) throws -> [String: Double] {
      Dictionary(try Measuring(session, data).quickValues(), uniquingKeysWith: { a, _ in a })
    }

    /// Running variances that are set give known ratios; a channel with one of 0 is left out.
    @Test func knownStatistics() throws {
      try withClassifier(settings(5, "train: {batch: 8}")) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        let running: [Float] = [0.04, 1, 0, 0.5, 0.001]
        session.fill("classifier.block1.norm.running_var", with: running)
        let variances = moments(session, data, units: 5).map(\.variance)
        let ratios = [0, 1, 3, 4].map { variances[$0] / Double(running[$0]) }
        let expected = ratios.reduce(0, +) / 4
        let shift = ratios.map { max($0, 1 / $0) }.reduce(0, +) / 4
        let found = try probed(session, data)
        #expect(abs(try #require(found["variance_shift"]) / expected - 1) < 1e-4)
        #expect(abs(try #require(found["variance_shift/shift"]) / shift - 1) < 1e-4)
        #expect(ratios.contains { $0 < 1 } && ratios.contains { $0 > 1 })
      }
    }

    /// Masks right before a norm shift the variance as the paper's formula says, while weights stand still.
    @Test(arguments: [0, 0.5]) func formula(_ rate: Double) throws {
      let still = "train: {batch: 32, steps: 200}\noptimizer: {learning_rate: 1e-12}\n"
      let dropout = "dropout: [{at: classifier.block1.pre_norm, rate: \(rate)}]"
      try withClassifier(settings(64, still + dropout)) { experiment, data, _ in
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.advance(200)
        let ratios = moments(session, data, units: 64).map { mean, variance in
          variance / ((mean * mean + variance) / (1 - rate) - mean * mean)
        }
        let found = try probed(session, data)
        let (ratio, shift) = (
          try #require(found["variance_shift"]), try #require(found["variance_shift/shift"])
        )
        let expected = ratios.reduce(0, +) / 64
        #expect(abs(ratio / expected - 1) < 0.05, "\(ratio) \(expected)")
        if rate > 0 {
          let expected = ratios.reduce(0) { $0 + 1 / $1 } / 64
          #expect(ratio < 0.6)
          #expect(abs(shift / expected - 1) < 0.05, "\(shift) \(expected)")
        }
      }
    }

    @Test(arguments: [
      ("variance_shift", "norm: none", "there is no batch norm in the networks"),
      (
        "neighbor_correlation", "norm: batch",
        "there is no site post_act with places: height and width, or time"
      ),
    ])
    func withoutAnythingToMeasure(_ probe: String, _ norm: String, _ reason: String) throws {
      try withClassifier(
        """
        model: {family: classifier, backbone: mlp, hidden: [5], \(norm)}
        train: {batch: 8, steps: 2}
        metrics: {probes: [\(probe)], every: 1}

        """
      ) { experiment, data, folder in
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "single", threads: 1)
        #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
        let document = try JSONSerialization.jsonObject(
          with: Data(contentsOf: trial.folder.metrics))
        let values = try #require(
          (document as? [String: Any])?["values"] as? [String: [String: Any]])
        #expect(values[probe]?["reason"] as? String == reason)
        #expect(try LogLines.values(of: probe, in: trial.folder.log).isEmpty)
      }
    }
  }
}
