/// A number that tells how well a classifier does on examples that it has not seen. A new one is a file with a
/// type that conforms to this, a line in `ClassificationCatalogue` and a test.
public protocol ClassificationMetric: Sendable {
  /// Its name in files.
  var key: String { get }
  /// What it is asked for.
  var aspect: MetricAspect { get }
  /// Which way a better classifier moves it.
  var better: MetricDirection { get }
  /// Whether it means anything for so many classes.
  func isFor(classes: Int) -> Bool
  /// Scores predictions.
  ///
  /// - Throws: `Unavailable` when they do not allow it.
  func score(_ predictions: Predictions) throws -> Score
}

extension ClassificationMetric {
  /// For any number.
  public func isFor(classes: Int) -> Bool { true }
}

/// The metrics of classifiers.
public enum ClassificationCatalogue {
  /// In the order of the report.
  public static let all: [any ClassificationMetric] = [
    Accuracy(), AreaUnderCurve(), EqualErrorRate(), CrossEntropyScore(), CalibrationError(),
  ]
}

extension MetricEntry {
  /// Scores predictions.
  ///
  /// - Throws: What the metric throws, but for `Unavailable`.
  public init(_ metric: some ClassificationMetric, _ predictions: Predictions) throws {
    try self.init(key: metric.key, aspect: metric.aspect, better: metric.better) {
      try metric.score(predictions)
    }
  }
}
