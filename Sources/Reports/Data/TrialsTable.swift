internal import Foundation
internal import Records
internal import Scores

/// `trials.csv`: one row per trial, one column per number.
struct TrialsTable {
  private let figures: Figures
  private let metricColumns: [(key: String, number: String)]
  private let lossNames: [String]
  /// Numbers of the held-out examples by which models are chosen; empty without a test set.
  private let validationNames: [String]

  init(_ figures: Figures) {
    self.figures = figures
    // Every number that any trial has of a metric: the value first, then controls and the rest by name.
    metricColumns = figures.keys.flatMap { key -> [(String, String)] in
      let names = figures.trials.reduce(into: Set<String>()) { names, trial in
        names.formUnion(trial.metrics[key]?.numbers.map { MetricRecord.name(of: $0.path) } ?? [])
      }
      let order = [MetricRecord.valueName] + Control.allCases.map(\.rawValue)
      return order.filter(names.contains).map { (key, $0) }
        + names.subtracting(order).sorted().map { (key, $0) }
    }
    validationNames = Set(figures.trials.flatMap(\.validation.keys)).sorted()
    lossNames = figures.trials.reduce(into: Set<String>()) { $0.formUnion($1.curve.last.keys) }
      .subtracting(figures.keys).sorted()
  }

  /// True where any trial has collapsed, so that a column says how many distinct samples each makes.
  private var hasCollapsed: Bool { figures.trials.contains { $0.collapse != nil } }

  /// True where any trial keeps its best model, so that a column says of which step it is.
  private var hasBest: Bool { figures.trials.contains { $0.status?.bestStep != nil } }

  /// Names of the columns.
  var header: [String] {
    ["trial", "arm", "placement", "type", "rate", "baseline"]
      + (figures.plan.arms.first?.grid.map(\.key) ?? [])
      + ["seed", "state", "reason", "step", "steps", "seconds", "peak_memory_mb"]
      + (hasBest ? ["best_step"] : []) + (hasCollapsed ? ["collapsed_to"] : [])
      + lossNames.map { "final_\($0)" }
      + metricColumns.map {
        $0.number == MetricRecord.valueName ? $0.key : "\($0.key)_\($0.number)"
      } + validationNames.map { "validation_\($0)" }
  }

  /// A row of cells for each trial, in the plan's order.
  var rows: [[String]] {
    let arms = Dictionary(figures.plan.arms.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    return figures.trials.map { trial in row(trial, arms[trial.trial.arm]) }
  }

  private func row(_ trial: TrialFigures, _ arm: SweepRecord.Arm?) -> [String] {
    let text = { (number: Double?) in number.map { "\($0)" } ?? "" }
    var cells = [
      trial.trial.folder, trial.trial.arm, arm?.placement ?? "", arm?.type ?? "", text(arm?.rate),
      arm?.baseline ?? "",
    ]
    cells += arm?.grid.map(\.value) ?? []
    let status = trial.status
    cells += [
      "\(trial.trial.seed)", trial.state.rawValue, trial.reason ?? "",
      status.map { "\($0.step)" } ?? "", status.map { "\($0.steps)" } ?? "", text(status?.seconds),
      text(status?.peakMemoryMegabytes),
    ]
    if hasBest { cells.append(status?.bestStep.map { "\($0)" } ?? "") }
    if hasCollapsed { cells.append(trial.collapse.map { "\($0.distinct)" } ?? "") }
    cells += lossNames.map { text(trial.curve.last[$0]) }
    let numbers = trial.metrics.mapValues(\.numbersByName)
    return cells + metricColumns.map { text(numbers[$0.key]?[$0.number]) }
      + validationNames.map { text(trial.validationValue($0)) }
  }

  /// The text of the file, in the format of RFC 4180.
  var csv: String {
    ([header] + rows).map { CSV.row($0) + "\r\n" }.joined()
  }
}
