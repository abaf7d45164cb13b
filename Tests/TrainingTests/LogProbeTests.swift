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
  }
}
