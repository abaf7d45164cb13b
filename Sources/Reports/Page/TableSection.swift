internal import Records
internal import Scores
internal import Statistics

/// Every metric of every arm, with controls and comparison.
struct TableSection {
  let figures: Figures

  var html: String {
    let rows = figures.arms.flatMap { arm in
      figures.keys.compactMap { key in arm.metrics[key].map { row(arm, key, $0) } }
    }
    guard !rows.isEmpty else { return "" }
    let headings =
      [
        "arm", "metric", "of", "mean", "95% low", "95% high", "seeds",
      ] + Control.allCases.map(\.rawValue) + [
        "difference", "diff. low", "diff. high", "median diff.", "improved", "p", "corrected p",
        "verdict",
      ]
    return HTML.section(
      "table", "All metrics",
      html:
        "<p><label>Show rows with <input type=\"search\" class=\"filter\" data-table=\"table\"></label></p>"
        + HTML.table(
          "Means over seeds, with controls, and differences from the arm that each is compared with",
          headings, rows: rows)
        + HTML.paragraph(
          "null, copies and planted: what held-out examples, training examples, and the generated set with 5% noisy "
            + "copies score. Intervals are of means, by Student's t. p is of the exact sign-flip test; corrected by the "
            + "step-down max-T test over the primary metrics of all arms, and by Benjamini–Hochberg over the others, "
            + "which are exploratory.",
          style: "note"))
  }

  private func row(_ arm: ArmFigures, _ key: String, _ metric: ArmMetric) -> [HTML.Cell] {
    let aspect = figures.readings[key]?.aspect.rawValue ?? ""
    let comparison = metric.comparison
    let paired = comparison?.paired
    let values: [HTML.Cell] = [
      .text(arm.arm.name), .metric(key), .text(aspect), .number(metric.mean),
      .number(metric.interval?.lower), .number(metric.interval?.upper),
      .count(metric.values.count),
    ]
    let controls = Control.allCases.map { HTML.Cell.number(metric.controls[$0]) }
    return values + controls + [
      .number(paired?.mean), .number(paired?.interval?.lower), .number(paired?.interval?.upper),
      .number(paired?.median), .number(paired?.shareImproved), .number(paired?.signFlipP),
      .number(comparison?.correctedP),
      .text(verdict(metric), style: comparison?.verdict.rawValue ?? ""),
    ]
  }

  private func verdict(_ metric: ArmMetric) -> String {
    var words =
      metric.comparison.map {
        [$0.verdict.rawValue] + ($0.isExploratory ? ["exploratory"] : [])
      } ?? []
    if metric.isUninformative { words.append("uninformative") }
    return words.joined(separator: ", ")
  }
}
