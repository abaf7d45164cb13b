public import Glossary
public import Scores
internal import Statistics
internal import Foundation

/// The mean negative logarithm of the probability of the true class, in nats.
public struct CrossEntropyScore: ClassificationMetric {
  /// `cross_entropy`.
  public let key = "cross_entropy"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Mean negative logarithm of the probability that held-out examples' own classes are given, in nats"
  )
  /// Performance.
  public let aspect = MetricAspect.performance
  /// Lower is better.
  public let better = MetricDirection.lower

  /// Makes the metric.
  public init() {}

  /// The mean, with its standard error; probabilities below the smallest normal float count as that float.
  public func score(_ predictions: Predictions) throws -> Score {
    try Unavailable.require(predictions.count, of: "held-out", atLeast: 1)
    let losses = (0..<predictions.count).map {
      -log(
        max(Double(Float.leastNormalMagnitude), predictions.probability($0, predictions.labels[$0]))
      )
    }
    let moments = Moments(losses)
    return Score(moments.mean, spread: moments.squaredErrorOfMean.squareRoot())
  }
}
