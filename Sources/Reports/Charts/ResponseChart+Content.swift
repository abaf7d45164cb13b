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

  /// The data of a chart, before they are laid out.
  package struct Content: Equatable {
    let metric: String
    /// Values of the grid that the chart is about, in words; empty without a grid.
    let cell: String
    /// The arm without dropout.
    package var control: Point?
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
