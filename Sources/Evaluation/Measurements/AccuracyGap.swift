internal import Training
internal import Scores
internal import Experiments
internal import Datasets
internal import Foundation
internal import Metrics
internal import Records

/// Accuracy of a detector or classifier on training examples less that on held-out ones.
final class AccuracyGap: SingleMeasurement {
  let key = "accuracy_gap"
  let aspect = MetricAspect.performance
  let better: MetricDirection? = .lower

  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let examples = subject.data.training.sample(
      subject.experiment.metrics.samples, "training", seed: subject.seed)
    let seen = try LabelledValues(examples, seenBy: subject.session.codec)
    let training = try Accuracy().score(try subject.predictions(of: seen))
    let holdout = try Accuracy().score(try subject.predictions(of: subject.heldOut()))
    return Score(
      training.value - holdout.value, spread: hypot(training.spread ?? 0, holdout.spread ?? 0),
      extra: ["training": training.value, "holdout": holdout.value])
  }
}
