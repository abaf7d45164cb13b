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

  var keys: [String] { metrics.map { $0.key + "_gap" } }

  /// That of a difference.
  func meaning(of key: String) -> Meaning {
    Meaning("How much better \(key.dropLast(4)) is on training than on held-out examples")
  }

  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let examples = subject.data.training.sample(
      subject.experiment.metrics.samples, "training", seed: subject.seed)
    let seen = try subject.predictions(of: LabelledValues(examples, seenBy: subject.session.codec))
    let others = try subject.predictions(of: subject.heldOut())
    return try zip(keys, metrics).map { key, metric in
      try MetricEntry(key: key, aspect: metric.aspect, better: .lower) {
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
