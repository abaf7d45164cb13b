internal import Records
internal import Statistics

/// A number of the log over the steps: its mean over the finished seeds of an arm, with intervals.
struct ArmCurve: Sendable {
  /// The mean at one step.
  struct Point: Sendable, Equatable {
    let step: Int
    let mean: Double
    /// 95% interval by Student's t; nil for fewer than three seeds, as two give hardly any.
    let interval: Interval?
  }

  /// Largest number of points.
  private static let mostPoints = 60
  /// Smallest number of seeds for an interval.
  private static let seedsForInterval = 3

  /// Points in the order of their steps.
  let points: [Point]

  /// Averages the numbers of some trials. A step counts where half of the trials or more have a number for it, as some may have
  /// ended earlier.
  ///
  /// - Returns: Nil where no trial has the number.
  init?(
    _ name: String, _ trials: [TrialFigures],
    in curve: (TrialFigures) -> TrainingCurve = { $0.curve }
  ) {
    let all = trials.filter { $0.state == .finished }.compactMap { curve($0).series[name] }
    var values: [Int: [Double]] = [:]
    for series in all {
      for (step, value) in zip(series.steps, series.values) {
        values[step, default: []].append(value)
      }
    }
    let steps = values.keys.filter { 2 * (values[$0]?.count ?? 0) >= all.count }.sorted()
    guard !steps.isEmpty else { return nil }
    let stride = (steps.count + Self.mostPoints - 1) / Self.mostPoints
    let shown = steps.indices.filter { $0 % stride == 0 || $0 == steps.count - 1 }
    points = shown.map { index in
      let found = values[steps[index]] ?? []
      return Point(
        step: steps[index], mean: mean(found),
        interval: found.count < Self.seedsForInterval ? nil : Interval(ofMean: found))
    }
  }
}
