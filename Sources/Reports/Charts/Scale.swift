internal import Foundation

/// A linear map from values to positions, with ticks at round numbers.
package struct Scale: Equatable, Sendable {
  let values: ClosedRange<Double>
  /// Positions of the ends of `values`; `start` may be larger than `end`.
  let start, end: Double

  /// Smallest span, as a share of the largest magnitude. Below it, tick labels would need too many digits.
  private static let leastShare = 1e-4
  /// Span around values that are all equal, as a share of their magnitude.
  private static let shareAroundEqual = 0.1

  /// Covers some values and a margin around them.
  ///
  /// - Parameter values: Finite, and at most `largestNumber` in magnitude; without any, 0 to 1 is covered.
  package init(covering values: [Double], from start: Double, to end: Double, margin: Double = 0.06)
  {
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let size = max(abs(low), abs(high))
    let least = high > low ? size * Self.leastShare : size > 0 ? size * Self.shareAroundEqual : 1
    let span = max(high - low, least)
    let (middle, half) = (low + (high - low) / 2, span / 2 + margin * span)
    self.values =
      high - low < span
      ? (middle - half)...(middle + half) : (low - margin * span)...(high + margin * span)
    (self.start, self.end) = (start, end)
  }

  /// The position of a value.
  package func callAsFunction(_ value: Double) -> Double {
    let share = (value - values.lowerBound) / (values.upperBound - values.lowerBound)
    return start + share * (end - start)
  }

  /// Round numbers in the range, two to seven of them, with as many decimals as they need.
  package var ticks: [(value: Double, label: String)] {
    let span = values.upperBound - values.lowerBound
    let power = pow(10, floor(log10(span / 5)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 6 } ?? 10 * power
    guard let first = Int(exactly: (values.lowerBound / step).rounded(.up)),
      let last = Int(exactly: (values.upperBound / step).rounded(.down)), first <= last
    else { return [] }
    let place = Int(floor(log10(step) + 1e-9))
    let size = Double(max(abs(first), abs(last))) * step
    return (first...last).map { index in
      let value = Double(index) * step
      return (value, Self.label(value, lastPlace: place, size: size))
    }
  }

  /// Writes a number with its digits down to 10^`lastPlace`, and in scientific notation where that would be
  /// long: `1.5e6`.
  private static func label(_ value: Double, lastPlace: Int, size: Double) -> String {
    if lastPlace >= -5, size < 1e6 { return String(format: "%.\(max(0, -lastPlace))f", value) }
    if value == 0 { return "0" }
    let digits = max(0, Int(floor(log10(abs(value)) + 1e-9)) - lastPlace)
    return String(format: "%.\(digits)e", value)
      .replacing(/e([+-])0?([0-9]+)$/) { "e" + ($0.1 == "-" ? "-" : "") + $0.2 }
  }

  /// Left edge of the plot whose vertical axis this is. It leaves room for the tick labels.
  package var leftOfPlot: Double {
    max(62, Double(ticks.map(\.label.count).max() ?? 0) * Self.digitWidth + Self.labelDistance)
  }

  /// Width of a digit in the charts' font, with a little room.
  private static let digitWidth = 7.0
  /// Distance from a label to the plot.
  package static let labelDistance = 8.0
}

/// A number with three significant digits, for people. What is smaller than 1e-12 is rounding, as of a mean of differences
/// that are 0, and is written as 0.
package func shortNumber(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  let size = abs(value) < 1e-12 ? 0 : abs(value)
  if size == 0 { return "0.000" }
  if size >= 1e5 || size < 1e-3 { return String(format: "%.2e", value) }
  let decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return String(format: "%.\(decimals)f", value)
}
