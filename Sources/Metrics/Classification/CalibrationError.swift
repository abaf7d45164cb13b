public import Glossary
public import Scores

/// The expected calibration error: the mean absolute difference between accuracy and the probability of the
/// likeliest class, over 15 equal intervals of that probability, weighted by their numbers of examples.
///
/// Source: C. Guo, G. Pleiss, Y. Sun, K. Weinberger 2017, "On calibration of modern neural networks",
/// arXiv:1706.04599, §2.
public struct CalibrationError: ClassificationMetric {
  /// `calibration_error`.
  public let key = "calibration_error"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Mean difference between stated confidence and accuracy, over bins of confidence", .guo2017)
  /// Uncertainty.
  public let aspect = MetricAspect.uncertainty
  /// Lower is better.
  public let better = MetricDirection.lower
  private static let intervals = 15

  /// Makes the metric.
  public init() {}

  /// The error, without a spread.
  public func score(_ predictions: Predictions) throws -> Score {
    try Unavailable.require(predictions.count, of: "held-out", atLeast: 1)
    var surplus = [Double](repeating: 0, count: Self.intervals)
    for example in 0..<predictions.count {
      let confidence = predictions.probability(example, predictions.prediction(example))
      // Each interval includes its upper end.
      let share = min(max(confidence, 0), 1)
      let interval = Int((share * Double(Self.intervals)).rounded(.up)) - 1
      surplus[max(interval, 0)] +=
        (predictions.isRight(example) ? 1 : 0) - confidence
    }
    return Score(surplus.reduce(0) { $0 + abs($1) } / Double(predictions.count))
  }
}
