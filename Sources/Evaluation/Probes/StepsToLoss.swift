internal import Glossary
internal import Experiments
internal import Metrics
internal import Records
internal import Scores
internal import Specification

/// Number of steps until the evaluation loss has come down to `metrics.target_loss`, interpolated between two
/// measurements; see `EvaluationLoss`. Losses of 3 at step 10 and 1 at step 20 reach the target 2 at step 15.
final class StepsToLoss: Probe {
  static let key = Experiment.Metrics.stepsToLoss
  let meaning = Meaning(
    "Step at which the loss of evaluation examples comes down to a target")
  static let better: MetricDirection? = .lower
  static let readsEvaluationLoss = true

  static func check(_ experiment: Experiment) throws {
    try checkLog(experiment, notFor: EvaluationLoss.reason(against: experiment.model.family))
  }

  /// The step at which the logged losses come down to the target.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    Score(try EvaluationLoss.stepAtTarget(of: subject.experiment, in: folder))
  }
}
