internal import Glossary
internal import Experiments
internal import Metrics
internal import Records
internal import Scores
internal import Specification

/// `recall` of samples at the step where a VAE's evaluation loss first comes down to `metrics.target_loss`,
/// interpolated between two measurements in both; the step is its further number `step`. It compares the diversity of
/// models that fit the examples of `EvaluationLoss` equally well, where their trainings end at different fits.
///
/// The recall is that of `QuickComparison`, as it is logged.
final class RecallAtLoss: Probe {
  static let key = Experiment.Metrics.recallAtLoss
  let meaning = Meaning(
    "Recall at the step at which the loss of evaluation examples comes down to a target")
  static let better: MetricDirection? = .higher
  static let readsEvaluationLoss = true

  static func check(_ experiment: Experiment) throws {
    let family = experiment.model.family
    try checkLog(
      experiment,
      notFor: family.isGenerative
        ? EvaluationLoss.reason(against: family) : "which makes no samples")
  }

  /// The recall at the step at which the logged losses come down to the target.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let step = try EvaluationLoss.stepAtTarget(of: subject.experiment, in: folder)
    guard let recall = try LoggedCurve(of: Recall().key, in: folder.log).value(at: step) else {
      throw Unavailable("no recall was logged while the model trained")
    }
    return Score(recall, extra: ["step": step])
  }
}
