internal import Experiments
package import Statistics

extension ResponseChart {
  /// The arms of one placement and variant, by rate.
  package struct Line: Equatable {
    let name: String
    /// Index of its colour and marker, which are the same on the whole page.
    let index: Int
    var points: [Point]

    /// Describes a line; see the properties.
    package init(name: String, index: Int, points: [Point]) {
      (self.name, self.index, self.points) = (name, index, points)
    }
  }

  /// An arm's place in the chart.
  package struct Point: Equatable {
    let arm: String
    let rate: Double
    let values: [Double]
    let center: Double
    let interval: Interval?

    /// Places an arm; see the properties.
    package init(arm: String, rate: Double, values: [Double], center: Double, interval: Interval?) {
      (self.arm, self.rate, self.values) = (arm, rate, values)
      (self.center, self.interval) = (center, interval)
    }
  }

  /// What points are placed by.
  package enum Axis: Equatable {
    /// Dropout rates.
    case rates
    /// Values of a key in the order of their labels, evenly spaced; a point's `rate` is the index of its value.
    case values(of: String, [String])
  }

  /// The data of a chart, before they are laid out.
  package struct Content: Equatable {
    let metric: String
    /// What the metric says; nil where that is not known.
    package var meaning: String?
    /// Values of the grid that the chart is about, in words; empty without a grid.
    let cell: String
    /// What the points are placed by.
    package var axis = Axis.rates
    /// The arm that the others are compared with.
    package var control: Point?
    /// What that arm is called; nil for one without dropout.
    package var controlName: String?
    /// Arms that have a rate, as one line for each placement and variant.
    package var lines: [Line] = []
    /// Arms that have no rate: baselines, and the file's own dropout.
    package var others: [Line] = []
    /// Lowest and highest score of held-out examples over all trials; nil without a score.
    package var null: ClosedRange<Double>?
    /// Median score of copies of training examples, of the first arm that has one; nil without one.
    package var copies: Double?

    /// Starts a chart without arms.
    package init(metric: String, cell: String) {
      (self.metric, self.cell) = (metric, cell)
    }
  }
}

extension ResponseChart.Content {
  /// Points of all arms.
  var points: [ResponseChart.Point] {
    lines.flatMap(\.points) + others.flatMap(\.points) + [control].compactMap(\.self)
  }

  /// Values of the seeds and ends of intervals: what the vertical axis must cover.
  var extent: [Double] {
    points.flatMap { point in
      point.values + (point.interval.map { [$0.lower, $0.upper] } ?? [])
    }
  }

  /// What points are placed by, in a word or a key.
  var axisName: String {
    switch axis {
    case .rates: lines.isEmpty ? "arm" : "rate"
    case .values(let key, _): key
    }
  }

  /// Places along the axis, in order, with their labels.
  var places: [(value: Double, label: String)] {
    switch axis {
    case .rates:
      Set([0] + lines.flatMap(\.points).map(\.rate)).sorted().map { ($0, $0.plain) }
    case .values(_, let labels): labels.enumerated().map { (Double($0), $1) }
    }
  }

  /// The label of a point's place.
  func label(of rate: Double) -> String {
    switch axis {
    case .rates: "\(rate)"
    case .values(_, let labels): labels[Int(rate)]
    }
  }
}
