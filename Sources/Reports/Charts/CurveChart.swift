internal import Foundation
internal import Statistics

/// A chart of numbers over training steps, or over numbers of masks, with one line for each arm.
struct CurveChart {
  /// One arm's line.
  struct Line {
    let name: String
    let index: Int
    let steps: [Int]
    let values: [Double]
    /// An interval for each value, drawn as a band; empty without any.
    var intervals: [Interval?] = []
    /// True for a level to compare with, such as the score of weight scaling. It is drawn dashed.
    var isLevel = false
    /// The arm that the line belongs to; nil for a level of all.
    var arm: String?
    /// The curves of single seeds, as steps and values.
    var seeds: [(steps: [Int], values: [Double])] = []
  }

  /// The quantity on the horizontal axis.
  enum Axis: String {
    case step
    /// Number of masks, on a logarithmic scale.
    case masks

    fileprivate func place(_ count: Int) -> Double {
      self == .step ? Double(count) : log2(Double(max(1, count)))
    }
  }

  /// The colour of lines that stand apart from the others, such as that of an arm without dropout.
  static let plainSeries = 7
  static let width = 560.0
  static let height = 280.0
  private let name: String
  private let lines: [Line]
  private let axis: Axis
  private let x: Scale
  private let y: Scale
  private let plot: (left: Double, right: Double, top: Double, bottom: Double)

  /// - Parameter lines: Values that are not finite are left out.
  init(_ name: String, _ lines: [Line], over axis: Axis = .step) {
    self.name = name
    self.lines = lines
    self.axis = axis
    let (top, bottom, right) = (30.0, 234.0, 546.0)
    y = Scale(
      covering: Self.withoutExtremes(lines.flatMap(\.extent).filter(\.isFinite)), from: bottom,
      to: top)
    plot = (left: y.leftOfPlot, right: right, top: top, bottom: bottom)
    x = Scale(
      covering: [0] + lines.flatMap(\.steps).map(axis.place), from: plot.left, to: right,
      margin: 0)
  }

  var svg: SVG {
    SVG(
      width: Self.width, height: Self.height,
      title: "\(name) over the \(axis == .step ? "steps" : "number of masks")",
      description: "One line for each of \(lines.count) arms.",
      content: axes
        + lines.map { line in
          let parts = band(line) + seeds(line) + [curve(line)]
          return line.arm.map { .arm($0, parts) } ?? .group(parts)
        })
  }

  /// The values without the lowest and the highest hundredth, since the first steps of a loss can be a
  /// thousand times the rest.
  private static func withoutExtremes(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    let cut = sorted.count / 100
    return Array(sorted[cut..<max(cut, sorted.count - cut)])
  }

  private var axes: [Graphic] {
    var parts: [Graphic] = []
    for tick in y.ticks {
      parts.append(
        .line(.init(plot.left, y(tick.value)), .init(plot.right, y(tick.value)), style: "grid"))
      parts.append(
        .text(
          tick.label, .init(plot.left - Scale.labelDistance, y(tick.value) + 4), .end, style: "tick"
        ))
    }
    for tick in marks {
      parts.append(
        .text(tick.label, .init(x(tick.value), plot.bottom + 18), .middle, style: "tick"))
    }
    parts.append(
      .line(.init(plot.left, plot.bottom), .init(plot.right, plot.bottom), style: "axis"))
    parts.append(
      .text(
        axis.rawValue, .init((plot.left + plot.right) / 2, plot.bottom + 38), .middle,
        style: "label"))
    parts.append(.text(name, .init(plot.left, 16), .start, style: "chart-title"))
    return parts
  }

  /// Marks on the horizontal axis: round numbers of steps, or each number of masks that occurs.
  private var marks: [(value: Double, label: String)] {
    switch axis {
    case .step: x.ticks.filter { $0.value >= 0 }
    case .masks: Set(lines.flatMap(\.steps)).sorted().map { (axis.place($0), "\($0)") }
    }
  }

  /// The intervals of a line.
  private func band(_ line: Line) -> [Graphic] {
    let ends = zip(line.steps, line.intervals).compactMap { step, interval in
      interval.map { (upper: place(step, $0.upper), lower: place(step, $0.lower)) }
    }
    guard ends.count > 1 else { return [] }
    return [
      .path(
        ends.map(\.upper) + ends.reversed().map(\.lower),
        style: "curve-band series-\(line.index % 8)")
    ]
  }

  /// The curves of single seeds, which a reader may ask for.
  private func seeds(_ line: Line) -> [Graphic] {
    line.seeds.map { seed in
      let places = zip(seed.steps, seed.values).filter { $0.1.isFinite }.map(place)
      return .path(places, style: "curve seed-curve series-\(line.index % 8)")
    }
  }

  private func place(_ step: Int, _ value: Double) -> Graphic.Point {
    Graphic.Point(x(axis.place(step)), min(max(y(value), plot.top), plot.bottom))
  }

  private func curve(_ line: Line) -> Graphic {
    let places = zip(line.steps, line.values).filter { $0.1.isFinite }.map(place)
    return .explained(
      line.name, isFocusable: false,
      [.path(places, style: "curve thin series-\(line.index % 8)" + (line.isLevel ? " level" : ""))]
    )
  }
}

extension CurveChart.Line {
  /// The values with the ends of their intervals.
  fileprivate var extent: [Double] {
    values + intervals.compactMap(\.self).flatMap { [$0.lower, $0.upper] }
  }
}
