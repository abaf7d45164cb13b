internal import Glossary
internal import Experiments
internal import Metrics
internal import Records
internal import Scores
internal import Specification

/// Number of steps until the accuracy of held-out examples has come to 99% of the best that it reaches while the model
/// trains, interpolated between two measurements as `steps_to_loss` is. Each trial is measured by its own best, its
/// further number `best`, so that a model which ends lower is not called slower for that.
final class StepsToBest: Probe {
  static let key = "steps_to_best"
  let meaning = Meaning(
    "Step at which accuracy comes to 99% of the model's own best")
  static let better: MetricDirection? = .lower
  /// The share of the best accuracy that is waited for.
  private static let share = 0.99

  static func check(_ experiment: Experiment) throws {
    try checkLog(
      experiment,
      notFor: experiment.model.family.isGenerative ? "which has no accuracy" : nil)
  }

  /// The step at which the logged accuracies come to that share of their highest.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let curve = try LoggedCurve(of: Accuracy().key, in: folder.log)
    guard let best = curve.points.map(\.value).max(),
      let step = curve.firstStep(at: Self.share * best, .higher)
    else { throw Unavailable("no accuracy was logged while the model trained") }
    return Score(step, extra: ["best": best])
  }
}
