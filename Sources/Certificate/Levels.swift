package import Scores
internal import Statistics

/// The values of a metric on the sets of a scenario, which begin with an honest one.
package struct Levels: Sendable {
  /// What the sets are.
  let labels: [String]
  /// The values, one list of draws for each set.
  let values: [[Double]]
  /// The direction of better values; nil where neither is better.
  let better: MetricDirection?
  /// How far the metric moves with a fault that it is to notice.
  let yardstick: Double

  /// Puts values together; see the properties.
  ///
  /// - Precondition: There are as many labels as lists.
  package init(
    labels: [String], values: [[Double]], better: MetricDirection?, yardstick: Double = 0
  ) {
    precondition(labels.count == values.count, "values of other sets")
    (self.labels, self.values) = (labels, values)
    (self.better, self.yardstick) = (better, yardstick)
  }

  /// The means over draws.
  var means: [Double] { values.map(mean) }

  /// Two standard deviations of the difference of two honest sets: less is chance, for who looks at one table.
  var chance: Double { 2 * (2 * Moments(values[0]).variance).squareRoot() }

  /// How far each mean is from the first in the direction of worse values; of a metric without one, in the direction of the
  /// last mean.
  var worse: [Double] {
    let means = means
    let sign: Double =
      switch better {
      case .lower: 1
      case .higher: -1
      case nil: means[means.count - 1] >= means[0] ? 1 : -1
      }
    return means.map { sign * ($0 - means[0]) }
  }

  /// What was seen, such as `honest 0.95, 20% outliers 0.76`.
  package var text: String {
    zip(labels, means).map { "\($0) \(threeDigits($1))" }.joined(separator: ", ")
  }
}
