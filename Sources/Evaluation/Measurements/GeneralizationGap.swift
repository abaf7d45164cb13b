internal import Glossary
internal import Training
internal import Scores
internal import Experiments
internal import Datasets
internal import Foundation
internal import Metrics
internal import Records

/// How much better a detector or classifier does on training examples than on held-out ones: `accuracy_gap`, the
/// accuracy on training examples less that on held-out ones, and `cross_entropy_gap`, held-out less training, in nats.
/// Each has the two numbers as `training` and `holdout`.
final class GeneralizationGap: UndividedMeasurement {
  private let metrics: [any ClassificationMetric] = [Accuracy(), CrossEntropyScore()]

  var numbers: [MeasuredNumber] {
    metrics.map { metric in
      MeasuredNumber(
        metric.key + "_gap", metric.aspect, .lower,
        Meaning("How much better \(metric.key) is on training than on held-out examples"))
    }
  }

  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let examples = subject.data.training.sample(
      subject.experiment.metrics.samples, "training", seed: subject.seed)
    let seen = try subject.predictions(of: LabelledValues(examples, seenBy: subject.session.codec))
    let others = try subject.predictions(of: subject.heldOut())
    return try zip(numbers, metrics).map { number, metric in
      try MetricEntry(number) {
        let (training, holdout) = (try metric.score(seen), try metric.score(others))
        let difference = training.value - holdout.value
        return Score(
          metric.better == .higher ? difference : -difference,
          spread: hypot(training.spread ?? 0, holdout.spread ?? 0),
          extra: ["training": training.value, "holdout": holdout.value])
      }
    }
  }
}
