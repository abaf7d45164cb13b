internal import Statistics

/// The verdicts on one number of the runs of a table: each arm is compared with a control, seed by seed, by the rules
/// of reports.
public struct TableVerdicts: Encodable, Sendable {
  private struct Arm: Encodable, Sendable {
    let name: String
    /// Number of the table's seeds, and of those that it has no value for.
    let seeds, without: Int
    /// Its values, with the comparison; nil where it has none.
    var metric: ArmMetric?
  }

  private let metric, control: String
  private let higherIsBetter: Bool
  private var arms: [Arm]
  /// Reason why no verdict is possible, such as too few seeds; nil where there is none.
  private let limits: String?

  private enum CodingKeys: String, CodingKey {
    case metric, control, arms, limits
    case higherIsBetter = "higher_is_better"
  }

  /// Compares the arms of a table.
  ///
  /// - Parameters:
  ///   - arm: Name of the column that says of which arm a run is.
  ///   - seed: Name of the column with the seed.
  ///   - metric: Name of the column with the number.
  ///   - control: The arm that the others are compared with; nil for one that is called `none` or 0.
  /// - Throws: `InputError` for a column, a cell or a control that is not as expected.
  public init(
    of table: RunsTable, arm: String, seed: String, metric: String, higherIsBetter: Bool,
    control: String? = nil
  ) throws {
    let found = try table.values(arm: arm, seed: seed, metric: metric)
    let chosen = try table.control(control, among: found.map(\.arm))
    (self.metric, self.control, self.higherIsBetter) = (metric, chosen, higherIsBetter)
    let base = found.first { $0.arm == chosen }
    arms = found.map { own in
      var summary = ArmMetric(own.values)
      summary?.comparison = base.flatMap {
        own.arm == chosen
          ? nil : ArmComparison(own, $0, higherIsBetter: higherIsBetter, isExploratory: false)
      }
      return Arm(
        name: own.arm, seeds: own.ended, without: own.ended - own.values.count, metric: summary)
    }
    let power = SeedPower(seeds: base?.ended ?? 0, comparisons: found.count - 1)
    limits = power.canShow ? nil : power.text
    correct()
  }

  private mutating func correct() {
    let compared = arms.indices.filter {
      arms[$0].metric?.comparison.map { $0.missing == nil } ?? false
    }
    let p = SignFlip.stepDown(compared.compactMap { arms[$0].metric?.comparison?.bySeed })
    for (index, p) in zip(compared, p) { arms[index].metric?.comparison?.correctedP = p }
  }

  /// The verdicts for a terminal, a line an arm.
  public var summary: String {
    let direction = higherIsBetter ? "higher" : "lower"
    let lines = arms.map { "  \($0.name): \(finding($0))" }
    return
      (["\(metric), \(direction) is better, compared with \(control) seed by seed"] + lines
      + [limits].compactMap(\.self)).joined(separator: "\n")
  }

  private func finding(_ arm: Arm) -> String {
    let finding = Wording.finding(metric, arm.metric)
    guard let found = arm.metric, found.comparison == nil else { return finding }
    guard arm.name == control else {
      return "\(finding), not comparable: no seed has a value in \(control) too"
    }
    return finding
      + (arm.without == 0 ? "" : "; no value for \(arm.without) of \(arm.seeds) seeds")
  }
}
