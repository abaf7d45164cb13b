internal import Foundation
internal import Metrics
internal import Records
internal import Scores

/// The metrics as tables for people: one row for each metric, with its controls and a word of judgement.
struct MetricTable {
  private let results: MetricResults
  private let features: String

  init(_ results: MetricResults, features: String) {
    self.results = results
    self.features = features
  }

  /// The tables, with notes on their values below.
  var text: String {
    let variety = results.sizes.variety
    let collapse = variety?.isCollapsed == true ? variety.map { [$0.text] } ?? [] : []
    var lines = collapse + [heading, ""]
    for aspect in [MetricAspect.fidelity, .diversity, .memorization] {
      let entries = results.entries.filter {
        $0.aspect == aspect && ($0.value != nil || $0.isUnbounded())
      }
      if entries.isEmpty { continue }
      lines.append(
        table(
          ["\(aspect)", MetricRecord.valueName] + Control.allCases.map(\.rawValue) + [""],
          entries.map { entry in
            [entry.key, number(entry, nil)] + Control.allCases.map { number(entry, $0) }
              + [entry.isUnbounded() ? "exact copies" : entry.word]
          }))
    }
    lines += notes
    return lines.joined(separator: "\n")
  }

  private var heading: String {
    let sizes = results.sizes
    let equal =
      sizes.holdoutInTraining > 0
      ? " (\(sizes.holdoutInTraining) of them equal training examples, and are left out of memorisation)"
      : ""
    let holdout = sizes.holdout > 0 ? "\(sizes.holdout) held out\(equal)" : "nothing held out"
    let duplicates =
      sizes.trainDuplicates > 0 ? " (\(sizes.trainDuplicates) of them duplicates)" : ""
    return "\(sizes.generated) generated, \(sizes.train) training\(duplicates), \(holdout); "
      + "\(sizes.dimension) features: \(features)"
  }

  private var notes: [String] {
    var notes: [String] = []
    let sizes = results.sizes
    if sizes.holdout > 0, sizes.holdout < sizes.generated {
      notes.append(
        "note: null is of \(sizes.holdout) examples at most, value of \(sizes.generated); "
          + "--sample \(sizes.holdout) compares sets of one size")
    }
    for entry in results.entries {
      if let reason = entry.reason, !entry.isUnbounded() {
        notes.append("\(entry.key): no value: \(reason)")
      }
      if let warning = entry.value?.warning { notes.append("\(entry.key): \(warning)") }
    }
    notes.append(
      "null: held-out examples in the place of the generated ones; copies: training examples; planted: "
        + "5% noisy copies among the generated")
    return notes
  }

  /// The number of the generated set or of a control, or what stands in its place.
  private func number(_ entry: MetricEntry, _ control: Control?) -> String {
    if entry.isUnbounded(control) { return "unbounded" }
    let score = control.map { entry.controls[$0] } ?? entry.value
    guard let value = score?.value, value.isFinite else { return "–" }
    return String(
      format: abs(value) >= 1e5 || (value != 0 && abs(value) < 1e-3) ? "%.3g" : "%.4f", value)
  }
}
