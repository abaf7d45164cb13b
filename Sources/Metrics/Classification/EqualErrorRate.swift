public import Glossary
public import Scores

/// The equal error rate of two classes: the error at the threshold where the share of the first class that
/// is taken for the second equals the share of the second that is taken for the first. Interpolates between
/// thresholds.
///
/// Source: the usual measure of detectors of synthetic speech, as in the ASVspoof challenges.
public struct EqualErrorRate: ClassificationMetric {
  /// `equal_error_rate`.
  public let key = "equal_error_rate"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Share of errors at the threshold at which both classes have the same share")
  /// Performance.
  public let aspect = MetricAspect.performance
  /// Lower is better.
  public let better = MetricDirection.lower

  /// Makes the metric.
  public init() {}

  /// True for two classes only.
  public func isFor(classes: Int) -> Bool { classes == 2 }

  /// The rate, and the `threshold` on the second class's probability.
  public func score(_ predictions: Predictions) throws -> Score {
    guard predictions.classes == 2 else { throw Unavailable("is for two classes") }
    let scored = (0..<predictions.count).map {
      (score: predictions.probability($0, 1), isSecond: predictions.labels[$0] == 1)
    }.sorted { $0.score < $1.score }
    let seconds = scored.count { $0.isSecond }
    let firsts = scored.count - seconds
    guard firsts > 0, seconds > 0 else {
      throw Unavailable("needs held-out examples of both classes")
    }
    // As the threshold rises, misses grow from 0 and false alarms fall from 1.
    var point = (misses: 0.0, alarms: 1.0, threshold: scored[0].score)
    var (missed, passed, index) = (0, 0, 0)
    while index < scored.count {
      let score = scored[index].score
      while index < scored.count, scored[index].score == score {
        if scored[index].isSecond { missed += 1 } else { passed += 1 }
        index += 1
      }
      let next = (
        misses: Double(missed) / Double(seconds), alarms: 1 - Double(passed) / Double(firsts),
        threshold: score
      )
      if next.misses >= next.alarms {
        let (before, after) = (point.alarms - point.misses, next.alarms - next.misses)
        let share = before / (before - after)
        return Score(
          point.misses + share * (next.misses - point.misses), extra: ["threshold": score])
      }
      point = next
    }
    preconditionFailure("at the last threshold all examples are missed and none is a false alarm")
  }
}
