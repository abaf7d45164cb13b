import Complaints
import Datasets
import Evaluation
import Experiments
import FolderSupport
import Foundation
import Metrics
import Records
import Scores
import TestSupport
import Testing
import Training
import Trials

extension TrainingSuite {
  /// Probes that read the log of a training.
  @Suite struct LogProbeTests {
    @Test func lossThatIsNotReachedHasNoSteps() throws {
      try withClassifier(
        """
        model: {family: classifier, backbone: mlp, hidden: [9]}
        train: {steps: 8, batch: 8}
        metrics: {every: 4, probes: [steps_to_loss], target_loss: 1e-9}

        """
      ) { experiment, data, folder in
        let trial = Trial(
          experiment, in: ResultsFolder(folder.appending(path: "r")), arm: "single", threads: 1)
        _ = try trial.run(data, shouldStop: { false }, report: { _ in })
        let text = try String(contentsOf: trial.folder.metrics, encoding: .utf8)
        #expect(text.contains("the loss did not come down to 1e-09; the lowest was "))
      }
    }

    /// The number of steps is interpolated between two measurements.
    @Test func stepsAreInterpolated() throws {
      try withTemporaryFolder { folder in
        let log = folder.appending(path: "log.jsonl")
        let lines = [(10, 3.0), (20, 2.0), (30, 1.0), (40, 2.0)].map {
          "{\"step\":\($0),\"loss\":9,\"evaluation_loss\":\($1)}\n"
        }
        try Data((lines.joined() + "{\"step\":35,\"loss\":4}\n").utf8).write(to: log)
        let curve = LoggedCurve(try LogLines.values(of: "evaluation_loss", in: log))
        #expect(curve.points.map(\.step) == [10, 20, 30, 40])
        #expect(try curve.step(downTo: 1.25) == 27.5)
        #expect(try curve.step(downTo: 3) == 10)
        #expect(throws: Unavailable("the loss did not come down to 0.5; the lowest was 1.0")) {
          try curve.step(downTo: 0.5)
        }
        #expect(curve.firstStep(at: 0.5, .higher) == 10 && curve.firstStep(at: 4, .higher) == nil)
        let rising = LoggedCurve([(10, 0.2), (20, 0.6), (30, 0.4), (50, 0.8)])
        #expect(rising.firstStep(at: 0.5, .higher) == 17.5)
        #expect(rising.firstStep(at: 0.7, .higher) == 45)
        for (step, value) in [(5.0, 0.2), (10, 0.2), (15, 0.4), (30, 0.4), (45, 0.7), (60, 0.8)] {
          #expect(abs((rising.value(at: step) ?? .nan) - value) < 1e-12, "\(step)")
        }
        #expect(LoggedCurve([]).value(at: 1) == nil)
      }
    }

    /// Runs a trial and returns it with the members of its measurements.
    private func run(
      _ experiment: Experiment, _ data: Dataset, _ folder: URL
    ) throws -> (trial: Trial, values: [String: [String: Any]]) {
      let trial = Trial(experiment, in: ResultsFolder(folder), arm: "single", threads: 1)
      #expect(try trial.run(data, shouldStop: { false }, report: { _ in }) == .finished)
      return (trial, try values(in: trial))
    }

    private func values(in trial: Trial) throws -> [String: [String: Any]] {
      let document = try JSONSerialization.jsonObject(
        with: Data(contentsOf: trial.folder.metrics))
      return try #require((document as? [String: Any])?["values"] as? [String: [String: Any]])
    }

    @Test func stepsToTheBestAccuracy() throws {
      try withClassifier(
        """
        model: {family: classifier, backbone: mlp, hidden: [10]}
        optimizer: {learning_rate: 0.01}
        train: {steps: 60, batch: 8}
        metrics: {every: 3, probes: [steps_to_best], attacks: {fgsm: [], pgd: []}}

        """
      ) { experiment, data, folder in
        let (trial, values) = try run(experiment, data, folder.appending(path: "r"))
        let logged = try LogLines.values(of: "accuracy", in: trial.folder.log)
        #expect(logged.map(\.step) == (1...20).map { 3 * $0 })
        let best = try #require(logged.map(\.value).max())
        let reached = try #require(logged.firstIndex { $0.value >= 0.99 * best })
        // The accuracy rises at first, or there would be nothing to interpolate.
        #expect(reached > 0)
        let (before, after) = (logged[reached - 1], logged[reached])
        let step =
          Double(before.step) + 3 * (0.99 * best - before.value) / (after.value - before.value)
        let found = try #require(values["steps_to_best"])
        #expect(abs(try #require(found["value"] as? Double) - step) < 1e-9)
        #expect(found["best"] as? Double == best && found["better"] as? String == "lower")
      }
    }

    @Test func recallWhereTheLossIsReached() throws {
      try withExperiment(
        """
        model: {family: vae, backbone: mlp, latent: 3, hidden: [16]}
        train: {steps: 12, batch: 8, sample_every: 0}
        metrics: {samples: 5, features: pixels, every: 6, probes: [steps_to_loss, recall_at_loss], target_loss: 20}

        """
      ) { experiment, data, folder in
        let (trial, _) = try run(experiment, data, folder.appending(path: "r"))
        // The log has the loss once, though two probes read it.
        let log = try String(contentsOf: trial.folder.log, encoding: .utf8)
        #expect(log.components(separatedBy: "\"evaluation_loss\":").count == 3)
        #expect(try LogLines.values(of: "recall", in: trial.folder.log).map(\.step) == [6, 12])

        // Samples of so small a model have no recall, so the numbers of another training are put in their place.
        let lines = [(100, 40.0, 0.1), (200, 24, 0.25), (300, 16, 0.75), (400, 30, 0.9)].map {
          "{\"step\":\($0),\"evaluation_loss\":\($1),\"recall\":\($2),\"coverage\":1}\n"
        }
        try Data(lines.joined().utf8).write(to: trial.folder.log)
        let session = try TrainingSession(experiment, data, threads: 1)
        try Measuring(session, data).write(
          to: trial.folder, validation: nil, madeBy: Provenance(versions: [:], machine: nil)
        ) { _ in }
        let values = try values(in: trial)
        #expect(values["steps_to_loss"]?["value"] as? Double == 250)
        #expect(values["recall_at_loss"]?["value"] as? Double == 0.5)
        #expect(values["recall_at_loss"]?["step"] as? Double == 250)
        #expect(values["recall_at_loss"]?["better"] as? String == "higher")
      }
    }

    /// Each probe is refused where the log has nothing for it.
    @Test(arguments: [
      (
        "gan", "steps_to_best", "every: 5", "metrics.probes",
        "no steps_to_best with family gan, which has no accuracy"
      ),
      (
        "vae", "steps_to_best", "every: 5", "metrics.probes",
        "no steps_to_best with family vae, which has no accuracy"
      ),
      (
        "classifier", "steps_to_best", "every: 0", "metrics.every",
        "steps between measurements, for the probe steps_to_best, found 0"
      ),
      (
        "gan", "recall_at_loss", "every: 5, target_loss: 1", "metrics.probes",
        "no recall_at_loss with family gan, whose losses do not come down"
      ),
      (
        "classifier", "recall_at_loss", "every: 5, target_loss: 1", "metrics.probes",
        "no recall_at_loss with family classifier, which makes no samples"
      ),
      (
        "vae", "recall_at_loss", "every: 0, target_loss: 1", "metrics.every",
        "steps between measurements, for the probe recall_at_loss, found 0"
      ),
    ])
    func whereThereIsNothingToRead(
      _ family: String, _ probe: String, _ settings: String, _ key: String, _ complaint: String
    ) throws {
      let experiment = try Experiment.parse(
        """
        name: test
        data: {source: shapes}
        model: {family: \(family)}
        metrics: {\(settings), probes: [\(probe)]}

        """, file: "test.yaml")
      let error = #expect(throws: InputError.self) { try experiment.checkModel() }
      #expect(error?.key == key)
      #expect(error?.description.contains("expected \(complaint)") == true, "\(error as Any)")
    }
  }
}
