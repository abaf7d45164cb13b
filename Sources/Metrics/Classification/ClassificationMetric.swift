public import Glossary
public import Scores

/// A number that tells how well a classifier does on examples that it has not seen. To add one, write a
/// file with a type that conforms to this, a line in `ClassificationCatalogue` and a test.
public protocol ClassificationMetric: Sendable {
  /// Its name in files.
  var key: String { get }
  /// What it says of a classifier, and its source.
  var meaning: Meaning { get }
  /// The question that it answers.
  var aspect: MetricAspect { get }
  /// The direction in which a better classifier moves the value.
  var better: MetricDirection { get }
  /// True where the metric is defined for this number of classes.
  func isFor(classes: Int) -> Bool
  /// Scores predictions.
  ///
  /// - Throws: `Unavailable` when no value can be computed from them.
  func score(_ predictions: Predictions) throws -> Score
}

extension ClassificationMetric {
  /// True for any number of classes, unless a metric says otherwise.
  public func isFor(classes: Int) -> Bool { true }
}

/// The metrics of classifiers.
public enum ClassificationCatalogue {
  /// All of them, in the order of the report.
  public static let all: [any ClassificationMetric] = [
    Accuracy(), AreaUnderCurve(), EqualErrorRate(), CrossEntropyScore(), CalibrationError(),
  ]
}

extension MetricEntry {
  /// Creates an entry from the score of predictions.
  ///
  /// - Throws: What the metric throws, except `Unavailable`, which becomes the reason.
  public init(_ metric: some ClassificationMetric, _ predictions: Predictions) throws {
    try self.init(key: metric.key, aspect: metric.aspect, better: metric.better) {
      try metric.score(predictions)
    }
  }
}
