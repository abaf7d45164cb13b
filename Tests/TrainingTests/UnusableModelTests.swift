import FolderSupport
import Scores
import Experiments
import Datasets
import Foundation
import Metrics
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  /// Models with NaN in their variables, which training itself has not noticed.
  @Suite struct UnusableModelTests {
    /// The status of a trial that is measured with an array of NaN.
    private func outcome(_ settings: String, _ array: String) throws -> TrialStatus {
      try withExperiment(settings, ["data.holdout=0.5"]) { experiment, data, folder in
        let results = ResultsFolder(folder.appending(path: "r"))
        let trial = Trial(experiment, in: results, arm: "a", threads: 1)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.restore(from: trial.folder.checkpoint)
        session.fill(
          array, with: [Float](repeating: .nan, count: session.values(array).count))
        try session.save(to: trial.folder.checkpoint)
        #expect(throws: (any Error).self) {
          try trial.run(data, shouldStop: { false }, report: { _ in })
        }
        return try #require(trial.read().status)
      }
    }

    @Test func samplesThatAreNoNumbersAreSaid() throws {
      let status = try outcome(
        """
        model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
        train: {steps: 5, batch: 8, ema: 0}
        metrics: {features: pixels, samples: 30}
        """, "generator.output.linear.bias")
      #expect(status.state == .failed)
      #expect(
        status.reason
          == "the model makes samples that are no numbers: row 0, column 0: expected a finite number, "
          + "found nan")
    }

    @Test func probabilitiesThatAreNoNumbersAreSaid() throws {
      try withTemporaryFolder { folder in
        let experiment = try Experiment.parse(
          """
          name: test
          data: {source: shapes, size: 8, channels: 1, limit: 60, holdout: 0.5}
          model: {family: classifier, backbone: mlp, hidden: [8]}
          train: {steps: 3, batch: 8}
          metrics: {samples: 20, attacks: {fgsm: [], pgd: []}, corruptions: {blur: [], noise: [], resample: []}}
          """, file: "test.yaml")
        let data = try experiment.loadData(progress: nil)
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "a", threads: 1)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let session = try TrainingSession(experiment, data, threads: 1)
        try session.restore(from: trial.folder.checkpoint)
        let bias = "classifier.output.linear.bias"
        session.fill(bias, with: [Float](repeating: .nan, count: session.values(bias).count))
        try session.save(to: trial.folder.checkpoint)
        #expect(throws: Unavailable("a probability of example 0 is nan")) {
          try trial.run(data, shouldStop: { false }, report: { _ in })
        }
      }
    }
  }
}
