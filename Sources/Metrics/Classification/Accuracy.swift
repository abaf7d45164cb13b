public import Glossary
public import Scores

/// Share of examples whose likeliest class is the true one.
public struct Accuracy: ClassificationMetric {
  /// `accuracy`.
  public let key = "accuracy"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Share of held-out examples that are given their own class")
  /// Performance.
  public let aspect = MetricAspect.performance
  /// Higher is better.
  public let better = MetricDirection.higher

  /// Makes the metric.
  public init() {}

  /// The share, with its standard deviation.
  public func score(_ predictions: Predictions) throws -> Score {
    try Unavailable.require(predictions.count, of: "held-out", atLeast: 1)
    let count = Double(predictions.count)
    let share = Double((0..<predictions.count).count(where: predictions.isRight)) / count
    return Score(share, spread: (share * (1 - share) / count).squareRoot())
  }
}
