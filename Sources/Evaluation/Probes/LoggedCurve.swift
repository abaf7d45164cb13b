internal import Foundation
internal import Records
package import Scores

/// A number of the log by step, linear between two measurements.
package struct LoggedCurve {
  /// The measurements, in the order of their steps.
  package let points: [(step: Int, value: Double)]

  /// Takes measurements in the order of their steps.
  package init(_ points: [(step: Int, value: Double)]) { self.points = points }

  /// Reads the finite numbers of a name.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  init(of name: String, in log: URL) throws { try self.init(LogLines.values(of: name, in: log)) }

  /// The step at which it first comes to a level; that of the first measurement if it is there already. Values of 3 at
  /// step 10 and 1 at step 20 come down to 2 at step 15. Nil where it never does.
  ///
  /// - Parameter better: The direction in which it comes to the level.
  package func firstStep(at level: Double, _ better: MetricDirection) -> Double? {
    let reached = points.firstIndex {
      better == .lower ? $0.value <= level : $0.value >= level
    }
    guard let reached else { return nil }
    guard reached > 0 else { return Double(points[0].step) }
    let (before, after) = (points[reached - 1], points[reached])
    let share = (before.value - level) / (before.value - after.value)
    return Double(before.step) + share * Double(after.step - before.step)
  }

  /// The value at a step; before the first measurement and after the last one, theirs. Nil without any.
  package func value(at step: Double) -> Double? {
    guard let after = points.first(where: { Double($0.step) >= step }) else {
      return points.last?.value
    }
    guard let before = points.last(where: { Double($0.step) < step }) else { return after.value }
    let share = (step - Double(before.step)) / Double(after.step - before.step)
    return before.value + share * (after.value - before.value)
  }
}

extension LoggedCurve {
  /// The step at which a loss first comes down to a target.
  ///
  /// - Throws: `Unavailable` when no loss is as low.
  package func step(downTo target: Double) throws(Unavailable) -> Double {
    if let step = firstStep(at: target, .lower) { return step }
    let lowest = points.map(\.value).min().map { "; the lowest was \($0)" } ?? ""
    throw Unavailable("the loss did not come down to \(target)\(lowest)")
  }
}
