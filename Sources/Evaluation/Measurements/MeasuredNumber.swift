internal import Glossary
internal import Metrics
internal import Scores

/// A number that a measurement gives, as it is known before anything is measured.
struct MeasuredNumber {
  /// The key of its entry in `metrics.json`.
  let key: String
  /// The aspect of a model that it measures.
  let aspect: MetricAspect
  /// The direction in which a better model moves it; nil where neither is better.
  let better: MetricDirection?
  /// What it says of a model, and its source.
  let meaning: Meaning

  /// Describes a number; see the properties.
  init(_ key: String, _ aspect: MetricAspect, _ better: MetricDirection?, _ meaning: Meaning) {
    (self.key, self.aspect, self.better, self.meaning) = (key, aspect, better, meaning)
  }

  /// A metric of samples.
  init(_ metric: any Metric) {
    self.init(metric.key, metric.aspect, metric.better, metric.meaning)
  }

  /// A metric of predictions.
  init(_ metric: any ClassificationMetric) {
    self.init(metric.key, metric.aspect, metric.better, metric.meaning)
  }
}

extension MetricEntry {
  /// An entry of a number with its score, or the reason why there is none, and the score of held-out examples.
  init(_ number: MeasuredNumber, _ value: Result<Score, Unavailable>, null: Score? = nil) {
    self.init(
      key: number.key, aspect: number.aspect, better: number.better, value: value, null: null)
  }

  /// An entry of a number with what a function scores, or the reason why it cannot.
  ///
  /// - Throws: What `score` throws, except `Unavailable`, which becomes the reason.
  init(_ number: MeasuredNumber, score: () throws -> Score) throws {
    try self.init(key: number.key, aspect: number.aspect, better: number.better, score)
  }
}
