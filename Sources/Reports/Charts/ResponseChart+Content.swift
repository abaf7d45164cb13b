package import Statistics

extension ResponseChart {
  /// The arms of one placement and variant, by rate.
  package struct Line: Equatable {
    let name: String
    /// Which colour and mark it has on the whole page.
    let index: Int
    var points: [Point]

    /// Names a line; see the properties.
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

  /// What the chart is of: data, before anything is placed.
  package struct Content: Equatable {
    let metric: String
    /// The grid's values that the panel is of; empty where there is no grid.
    let cell: String
    /// The arm without dropout.
    package var control: Point?
    /// What has rates, a line for each placement and variant.
    package var lines: [Line] = []
    /// Arms that have no rate: baselines, and the file's own dropout.
    package var others: [Line] = []
    /// Medians of what held-out examples, and copies of training examples, score.
    package var null: ClosedRange<Double>?
    /// What copies score, in the median.
    package var copies: Double?

    /// Starts a chart without arms.
    package init(metric: String, cell: String) {
      (self.metric, self.cell) = (metric, cell)
    }
  }
}
