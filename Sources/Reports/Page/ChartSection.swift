internal import Glossary
internal import Records
internal import Scores

/// Charts of the primary metrics by rate.
struct ChartSection {
  private let figures: Figures
  /// Names of the lines that have a colour, in order; arms that others are compared with have none.
  private let series: [String]

  init(_ figures: Figures) {
    self.figures = figures
    series = figures.arms.reduce(into: []) { names, arm in
      let name = figures.plan.lineName(of: arm.arm)
      if !Self.isControl(arm.arm, figures.plan), !names.contains(name) { names.append(name) }
    }
  }

  /// Charts of the primary metrics.
  var charts: [SVG] { primary.flatMap(charts) }

  private var primary: [String] {
    figures.plan.primaryMetrics.filter { figures.readings[$0] != nil }
  }

  /// Charts of a metric, one for each cell of the grid, on one vertical axis.
  private func charts(of key: String) -> [SVG] {
    let contents = figures.cells.map { content(key, $0) }
    return contents.map { ResponseChart($0, beside: contents).svg }
  }

  /// What a reader can choose, the page's script shows it: a metric, and the arms of all charts of the page.
  private var choices: String {
    let options = figures.keys.map { "<option>\(escaped($0))</option>" }.joined()
    let arms = figures.arms.map {
      "<label><input type=\"checkbox\" checked value=\"\(escaped($0.arm.name))\"> \(escaped($0.arm.name))</label>"
    }
    return "<p class=\"choices\" hidden><label>Metric <select id=\"metric-choice\">"
      + "<option value=\"\">primary metrics</option>\(options)</select></label></p>"
      + "<details class=\"choices\" id=\"arm-choice\" hidden><summary>Arms</summary>"
      + "<fieldset><legend>Shown in all charts</legend>\(arms.joined())</fieldset></details>"
  }

  /// The charts of a metric that is not shown at first.
  private func template(_ key: String) -> String {
    "<template data-metric=\"\(escaped(key))\">\(charts(of: key).map(\.text).joined())</template>"
  }

  /// The response curves with their legend.
  var response: String {
    let charts = charts
    guard !charts.isEmpty else { return "" }
    let band =
      primary.contains { key in figures.arms.contains { $0.metrics[key]?.controls[.null] != nil } }
      ? " The grey band is what held-out examples score in the place of generated ones." : ""
    return HTML.section(
      "response", "Response to dropout",
      html: choices + Self.legend(series)
        + "<div id=\"response-charts\">\(HTML.charts(charts))</div>"
        + figures.keys.map(template).joined()
        + HTML.paragraph(
          "Dots are seeds; marks are means with 95% intervals (Student's t).\(band)",
          style: "note"))
  }

  /// The data of the chart of one metric in one cell of the grid.
  func content(_ key: String, _ cell: [SweepRecord.Setting]) -> ResponseChart.Content {
    var content = ResponseChart.Content(metric: key, cell: Wording.cell(cell))
    content.meaning = figures.glossary.metrics[key]?.text
    let arms = figures.arms.filter { $0.arm.grid == cell }
    for arm in arms {
      guard let metric = arm.metrics[key] else { continue }
      let point = ResponseChart.Point(
        arm: arm.arm.name, rate: arm.arm.rate ?? 0, values: metric.values.map(\.value),
        center: metric.mean, interval: metric.interval)
      if Self.isControl(arm.arm, figures.plan) {
        content.control = point
        content.controlName = arm.arm.isWithoutDropout ? nil : arm.arm.name
      } else if arm.arm.rate != nil {
        add(point, of: arm.arm, to: &content.lines)
      } else {
        add(point, of: arm.arm, to: &content.others)
      }
    }
    let readings = arms.flatMap(\.trials).compactMap { $0.metrics[key] }
    let nulls = readings.compactMap { $0.controls[.null] }.filter(\.isFinite)
    if let low = nulls.min(), let high = nulls.max() { content.null = low...high }
    content.copies = arms.compactMap { $0.metrics[key]?.controls[.copies] }.first
    return content
  }

  private func add(
    _ point: ResponseChart.Point, of arm: SweepRecord.Arm, to lines: inout [ResponseChart.Line]
  ) {
    let name = figures.plan.lineName(of: arm)
    if let index = lines.firstIndex(where: { $0.name == name }) {
      lines[index].points.append(point)
    } else {
      lines.append(.init(name: name, index: series.firstIndex(of: name) ?? 0, points: [point]))
    }
  }

  /// Returns true for an arm that others are compared with.
  private static func isControl(_ arm: SweepRecord.Arm, _ plan: SweepRecord) -> Bool {
    plan.arms.contains { $0.control == arm.name }
  }

  /// The colour of an arm's line; arms that others are compared with share that of plain lines.
  func index(of arm: SweepRecord.Arm) -> Int {
    series.firstIndex(of: figures.plan.lineName(of: arm)) ?? CurveChart.plainSeries
  }

  /// A list of lines with their marks; empty without names.
  static func legend(_ names: [String]) -> String {
    guard !names.isEmpty else { return "" }
    let entries = names.enumerated().map { index, name in
      let marker = Graphic.Marker.allCases[index % Graphic.Marker.allCases.count]
      let mark = SVG(
        width: 16, height: 12, title: "", description: "",
        content: [.marker(marker, .init(8, 6), size: 4.5, style: "center series-\(index % 8)")])
      return "<li>\(mark.decoration)\(escaped(name))</li>"
    }
    return "<ul class=\"legend\" aria-label=\"Legend\">" + entries.joined() + "</ul>"
  }
}

extension SVG {
  /// The picture as a decoration of a text, hidden from screen readers.
  var decoration: String {
    text.replacing("role=\"img\" aria-label=\"\"", with: "aria-hidden=\"true\" focusable=\"false\"")
      .replacing("class=\"chart\"", with: "class=\"key\" width=\"16\" height=\"12\"")
      .replacing("<title></title><desc></desc>", with: "")
  }
}
