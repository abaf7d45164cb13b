internal import Foundation

/// A straight map from values to places, with round numbers to mark.
package struct Scale: Equatable, Sendable {
  let values: ClosedRange<Double>
  /// Where the ends of `values` lie; the first may be the larger.
  let start, end: Double

  /// Makes room for some values and a little around them.
  ///
  /// - Parameter values: Finite; a range around 0 when there are none.
  package init(covering values: [Double], from start: Double, to end: Double, margin: Double = 0.06)
  {
    let low = values.min() ?? 0
    let high = values.max() ?? 1
    let span = high > low ? high - low : max(1e-9, abs(high) * 0.1)
    self.values = (low - margin * span)...(high + margin * span)
    (self.start, self.end) = (start, end)
  }

  /// The place of a value.
  package func callAsFunction(_ value: Double) -> Double {
    let share = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
    return start + share * (end - start)
  }

  /// Round numbers within, four to nine of them, with as many decimals as they need.
  package var ticks: [(value: Double, label: String)] {
    let span = values.upperBound - values.lowerBound
    let power = pow(10, floor(log10(span / 5)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 6 } ?? 10 * power
    let first = Int((values.lowerBound / step).rounded(.up))
    let last = Int((values.upperBound / step).rounded(.down))
    guard first <= last else { return [] }
    let decimals = max(0, Int(-floor(log10(step) + 1e-9)))
    return (first...last).map { index in
      let value = Double(index) * step
      let isLarge = abs(value) >= 1e5
      return (value, isLarge ? shortNumber(value) : String(format: "%.\(decimals)f", value))
    }
  }
}

/// A number with three significant digits, for people.
package func shortNumber(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  let size = abs(value)
  if size != 0, size >= 1e5 || size < 1e-3 { return String(format: "%.2e", value) }
  let decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return String(format: "%.\(decimals)f", value)
}
