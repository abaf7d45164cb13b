internal import Foundation
internal import Records
internal import Scores
internal import Statistics

/// Whether an arm that others are compared with generates, and has been trained long enough, for differences from it to
/// say something.
struct ControlState {
  let arm: ArmFigures

  /// The sentence about samples that are hardly diverse: the metric is below a tenth of what held-out examples have.
  /// Nil where it is not, or where lower values are better.
  ///
  /// - Parameter metric: A key of a metric of which higher values are better.
  func collapse(_ metric: String) -> String? {
    guard let figures = arm.metrics[metric], let null = figures.controls[.null],
      figures.mean < null / 10
    else { return nil }
    return
      "\(arm.arm.name), which others are compared with, has collapsed: its \(metric) is \(shortNumber(figures.mean)), "
      + "and \(shortNumber(null)) of held-out examples. Differences from it say nothing of models that work."
  }

  /// The sentence about a loss that still falls by more than a hundredth in the last tenth of training, beyond what it
  /// varies by; nil where it does not, and for GANs, whose losses need not fall.
  var unconverged: String? {
    let falls = arm.trials.compactMap { trial in
      trial.curve.series[LogName.loss].flatMap(Fall.init)
    }
    guard !falls.isEmpty else { return nil }
    let share = mean(falls.map(\.share))
    let error = falls.reduce(0) { $0 + $1.error * $1.error }.squareRoot() / Double(falls.count)
    guard share - 2 * error > 0.01 else { return nil }
    return
      "\(arm.arm.name), which others are compared with, has not been trained to the end: its loss still falls by "
      + "\(shortNumber(100 * share))% over the last tenth of the steps. Differences may be of speed alone."
  }
}

/// The fall of a loss over the last tenth of training, by a straight line fitted to it.
private struct Fall {
  /// The fall as a share of the loss's size, and the standard error of that share.
  let share, error: Double

  /// Fits the line; nil for fewer than four points.
  init?(_ series: TrainingCurve.Series) {
    let points = zip(series.steps, series.values).map { (x: Double($0), y: $1) }
    let last = points.last?.x ?? 0
    let late = points.filter { $0.x >= 0.9 * last }
    guard late.count > 3 else { return nil }
    let (x, y) = (mean(late.map(\.x)), mean(late.map(\.y)))
    let spread = late.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    guard spread > 0, y != 0 else { return nil }
    let slope = late.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / spread
    let rest = late.reduce(0) { sum, point in
      let difference = point.y - y - slope * (point.x - x)
      return sum + difference * difference
    }
    let scale = 0.1 * last / abs(y)
    share = -slope * scale
    error = (rest / Double(late.count - 2) / spread).squareRoot() * scale
  }
}
