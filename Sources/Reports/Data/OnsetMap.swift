internal import Experiments
internal import Records
internal import Statistics

/// When memorisation begins in a sweep over dropout rates and one key of the grid.
struct OnsetMap: Sendable {
  /// An arm.
  struct Cell: Sendable {
    /// The dropout rate; 0 for the arm without dropout.
    let rate: Double
    /// The key's value.
    let value: String
    let arm: String
    let onset: MedianSurvival
    /// Mean memorised share at the last step; nil without one.
    let finalShare: Double?

    init?(_ arm: ArmFigures) {
      guard let onset = arm.overTraining?.onset, onset.trials > 0, arm.arm.grid.count == 1,
        let rate = arm.arm.isWithoutDropout ? 0 : arm.arm.rate
      else { return nil }
      (self.rate, value, self.arm, self.onset) = (rate, arm.arm.grid[0].value, arm.arm.name, onset)
      finalShare = ArmCurve(LogName.memorizedShare, arm.trials)?.points.last?.mean
    }
  }

  /// The arms of one placement and type, with those without dropout.
  struct Panel: Sendable {
    let name: String
    let cells: [Cell]

    /// Rates in rising order.
    var rates: [Double] { Set(cells.map(\.rate)).sorted() }
    /// Values of the key in the plan's order.
    var values: [String] {
      cells.map(\.value).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
  }

  /// The dotted key of the grid.
  let key: String
  /// Panels in the plan's order.
  let panels: [Panel]

  /// Collects the arms; nil where no placement has two rates at two values of a key, or onsets were not measured.
  init?(_ arms: [ArmFigures], of plan: SweepRecord) {
    let measured = arms.compactMap { arm in Cell(arm).map { (arm.arm, $0) } }
    guard let key = measured.first?.0.grid.first?.key else { return nil }
    let names = measured.map(\.0).filter { !$0.isWithoutDropout }.map(plan.lineName)
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    panels = names.compactMap { name in
      let own = measured.filter { !$0.0.isWithoutDropout && plan.lineName(of: $0.0) == name }
      guard Set(own.map(\.1.rate)).count > 1, Set(own.map(\.1.value)).count > 1 else { return nil }
      let controls = measured.filter(\.0.isWithoutDropout)
      return Panel(name: name, cells: (controls + own).map(\.1))
    }
    guard !panels.isEmpty else { return nil }
    self.key = key
  }

  /// The earliest and the latest median onset; nil where half of the seeds have come to it nowhere.
  var range: ClosedRange<Double>? {
    let medians = panels.flatMap(\.cells).compactMap(\.onset.median)
    guard let first = medians.min(), let last = medians.max() else { return nil }
    return first...last
  }
}

extension OnsetMap.Cell {
  /// The median onset in steps, such as `2500`, or `never in 4 of 6`: the seeds without one, where they are more than
  /// half.
  var text: String {
    onset.median.map(\.plain) ?? "never in \(onset.trials - onset.events) of \(onset.trials)"
  }
}

extension OnsetMap: Encodable {}

extension OnsetMap.Panel: Encodable {
  private enum CodingKeys: CodingKey { case name, cells }
}

extension OnsetMap.Cell: Encodable {
  private enum CodingKeys: String, CodingKey {
    case rate, value, arm, median, events, trials
    case finalShare = "final_share"
  }

  /// Writes the arm as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rate, forKey: .rate)
    try container.encode(value, forKey: .value)
    try container.encode(arm, forKey: .arm)
    try container.encodeIfPresent(onset.median, forKey: .median)
    try container.encode(onset.events, forKey: .events)
    try container.encode(onset.trials, forKey: .trials)
    try container.encodeIfPresent(finalShare, forKey: .finalShare)
  }
}
