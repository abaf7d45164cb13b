public import Glossary
public import Scores

/// The area under the receiver operating characteristic (ROC) curve: the probability that an example of a
/// class gets a higher score for it than an example of another class, ties counting half. With two classes
/// it is the area of the second class, with more the mean over classes, each against all others.
///
/// The 95% interval is computed from DeLong's variance and cut to 0…1.
///
/// Source: E. DeLong, D. DeLong, D. Clarke-Pearson 1988, Biometrics 44, 837–845.
public struct AreaUnderCurve: ClassificationMetric {
  /// `auc`.
  public let key = "auc"
  /// Meaning in words, and source.
  public let meaning = Meaning(
    "Probability that an example of a class is rated higher for it than one of another class")
  /// Performance.
  public let aspect = MetricAspect.performance
  /// Higher is better.
  public let better = MetricDirection.higher

  /// Makes the metric.
  public init() {}

  /// The area, its standard deviation, and its interval as `low` and `high`.
  public func score(_ predictions: Predictions) throws -> Score {
    let present = Set(predictions.labels)
    guard present.count > 1 else {
      throw Unavailable("needs held-out examples of at least 2 classes, found \(present.count)")
    }
    let classes = predictions.classes == 2 ? [1] : present.sorted()
    let parts = classes.map { label in
      let scores = (0..<predictions.count).map { predictions.probability($0, label) }
      let (own, others) = (0..<predictions.count).reduce(into: ([Double](), [Double]())) {
        if predictions.labels[$1] == label {
          $0.0.append(scores[$1])
        } else {
          $0.1.append(scores[$1])
        }
      }
      return Self.area(own, over: others)
    }
    let count = Double(parts.count)
    let area = parts.reduce(0) { $0 + $1.area } / count
    // An estimate only: the classes share examples, so that their areas are not independent.
    let spread = (parts.reduce(0) { $0 + $1.variance }).squareRoot() / count
    return Score(
      area, spread: spread,
      extra: ["low": max(0, area - 1.959964 * spread), "high": min(1, area + 1.959964 * spread)])
  }

  /// The share of pairs in which the first number is the larger, ties counting half, and DeLong's variance
  /// of it, to which a list of fewer than two numbers adds nothing. For example, the area of 1, 3 over 2 is
  /// 0.5.
  public static func area(
    _ first: [Double], over second: [Double]
  ) -> (area: Double, variance: Double) {
    let (m, n) = (Double(max(1, first.count)), Double(max(1, second.count)))
    let wins = placements(of: first, among: second)
    let area = wins.reduce(0, +) / (m * n)
    // The variance around the area, which is the mean of the shares up to rounding.
    func variance(_ shares: [Double]) -> Double {
      guard shares.count > 1 else { return 0 }
      let squares = shares.reduce(0) { $0 + ($1 - area) * ($1 - area) }
      return squares / Double(shares.count - 1) / Double(shares.count)
    }
    let losses = placements(of: second, among: first).map { 1 - $0 / m }
    return (area, variance(wins.map { $0 / n }) + variance(losses))
  }

  /// Counts, for each number, the others that lie below it; equal ones count half.
  private static func placements(of numbers: [Double], among others: [Double]) -> [Double] {
    let sorted = others.sorted()
    func below(_ number: Double, orEqual: Bool) -> Int {
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < number || (orEqual && sorted[middle] == number) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      return low
    }
    return numbers.map { number in
      Double(below(number, orEqual: false) + below(number, orEqual: true)) / 2
    }
  }
}
