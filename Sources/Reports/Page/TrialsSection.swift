internal import Files
internal import Experiments
internal import Foundation
internal import Records
internal import Statistics

/// Time and memory of the trials, seeds without a result, and the configuration.
struct TrialsSection {
  let figures: Figures

  var html: String { costs + failures + configuration }

  private var costs: String {
    let rows = figures.arms.map { arm -> [HTML.Cell] in
      let statuses = arm.trials.filter { $0.state == .finished }.compactMap(\.status)
      return [
        .text(arm.arm.name), .count(arm.trials.count),
        .count(arm.count(.finished)), .count(arm.count(.failed)),
        .number(median(statuses.map(\.seconds))),
        .number(median(statuses.compactMap(\.peakMemoryMegabytes))),
      ]
    }
    return HTML.section(
      "cost", "Time and memory",
      html: HTML.table(
        "Medians over finished trials",
        ["arm", "trials", "finished", "failed", "seconds", "peak memory, MB"], rows: rows))
  }

  private var failures: String {
    let missing = figures.trials.filter { $0.state != .finished || $0.problem != nil }
    guard !missing.isEmpty else { return "" }
    let items = missing.map { trial in
      let lines = trial.lastLines
      let log = lines.isEmpty ? "" : "<pre>\(escaped(lines.joined(separator: "\n")))</pre>"
      let reason = trial.reason.map { ": \($0)" } ?? ""
      return "<li><strong>\(escaped("\(trial.trial.arm), seed \(trial.trial.seed)"))</strong> "
        + escaped("\(trial.state.rawValue)\(reason)") + log + "</li>"
    }
    return HTML.section(
      "missing", "Seeds without a result",
      html: HTML.paragraph(
        "They are counted as missing; comparisons are of the seeds that both arms have.")
        + "<ul>" + items.joined() + "</ul>")
  }

  private var configuration: String {
    guard let first = figures.trials.first(where: { $0.status != nil }) else { return "" }
    let text = readText(first.folder.configuration) ?? ""
    let arms = figures.plan.arms.map { arm in
      [HTML.Cell.text(arm.name), .text(arm.overrides.map(\.text).joined(separator: "; "))]
    }
    return HTML.section(
      "configuration", "Configuration",
      html: made
        + HTML.details(
          "What makes each arm",
          html: HTML.table(
            "Overrides of each arm", ["arm", "settings"], rows: arms, isSortable: false))
        + HTML.details(
          "Resolved configuration of \(first.trial.folder)",
          html: "<pre>\(escaped(text))</pre>"))
  }

  /// A table of the programs, machines and data behind the trials: one row per fact, with every value that occurs.
  private var made: String {
    HTML.table(
      "What the trials were made by and from", ["fact", "value"],
      rows: figures.origins.map { [.text($0.name), .text($0.values.joined(separator: "; "))] },
      isSortable: false)
  }
}
