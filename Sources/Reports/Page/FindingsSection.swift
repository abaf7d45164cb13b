internal import Records
internal import Statistics

/// Findings in words, arm by arm.
struct FindingsSection {
  let figures: Figures

  var html: String {
    let cells = figures.cells
    let limits = (figures.warnings + [Wording.limits(figures)].compactMap(\.self))
      .map { HTML.paragraph($0, style: "warning") }.joined()
    return HTML.section(
      "findings", "What was found", html: limits + cells.map { list($0) }.joined())
  }

  private func list(_ cell: [SweepRecord.Setting]) -> String {
    let arms = figures.arms.filter { $0.arm.grid == cell }
    let heading = cell.isEmpty ? "" : "<h3>\(escaped(Wording.cell(cell)))</h3>"
    return heading + "<ul class=\"findings\">" + arms.map(item).joined() + "</ul>"
  }

  private func item(_ arm: ArmFigures) -> String {
    let findings = figures.plan.primaryMetrics.map { key in
      let verdict = arm.metrics[key]?.comparison?.verdict.rawValue ?? "none"
      return
        "<span class=\"verdict \(verdict)\" data-term=\"\(escaped(key))\">\(escaped(Wording.finding(key, arm.metrics[key])))</span>"
    }
    let missing = arm.trials.count - arm.count(.finished)
    let notes =
      ([
        arm.obstacle, arm.collapse,
        missing > 0 ? "\(missing) of \(arm.trials.count) seeds without a result" : nil,
      ].compactMap(\.self) + arm.idleProbabilities).map {
        "<span class=\"missing\">\(escaped($0))</span>"
      }
    return
      "<li><strong>\(escaped(arm.arm.name))</strong> "
      + "\((notes + findings).joined(separator: " "))</li>"
  }
}
