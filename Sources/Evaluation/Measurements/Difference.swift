package import Scores
internal import Statistics
internal import Metrics

/// Differences between numbers of training examples and of held-out ones.
package enum Difference {
  /// The difference of the means, in units of the numbers.
  package static func inUnits(_ training: [Double], _ holdout: [Double]) -> Score {
    let (a, b) = (Moments(training), Moments(holdout))
    return Score(
      a.mean - b.mean,
      spread: (a.squaredErrorOfMean + b.squaredErrorOfMean)
        .squareRoot(),
      extra: ["training": a.mean, "holdout": b.mean])
  }

  /// A gap with the probability that chance alone makes it as large, by its standard error.
  static func tested(_ gap: Score) -> Score {
    var gap = gap
    gap.copiesP = gap.spread.flatMap { $0 > 0 ? Normal.cumulative(-gap.value / $0) : nil }
    return gap
  }

  /// Numbers in units of their own standard deviation; equal ones as they are.
  package static func inDeviations(_ numbers: [Double]) -> [Double] {
    let deviation = numbers.count > 1 ? Moments(numbers).variance.squareRoot() : 0
    return deviation > 0 ? numbers.map { $0 / deviation } : numbers
  }

  /// The difference of the means, in standard deviations of the held-out numbers. Its further number `auc`
  /// is the probability that a training number exceeds a held-out one, ties counting half.
  package static func inDeviations(_ training: [Double], _ holdout: [Double]) -> Score {
    let (a, b) = (Moments(training), Moments(holdout))
    let deviation = b.variance.squareRoot()
    let ratio = a.variance / b.variance
    return Score(
      (a.mean - b.mean) / deviation,
      spread: (ratio / Double(training.count) + 1 / Double(holdout.count)).squareRoot(),
      extra: ["auc": AreaUnderCurve.area(training, over: holdout).area])
  }
}
