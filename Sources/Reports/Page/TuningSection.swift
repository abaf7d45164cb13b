internal import Records
internal import Statistics

/// How the arms were tuned: a curve and a table of all candidates.
struct TuningSection {
  let figures: Figures

  private var contents: [ResponseChart.Content] {
    (figures.tuning?.arms ?? []).map { TuningSection.content(of: $0, by: figures.tuning?.by ?? "") }
  }

  /// A chart of each arm's candidates.
  var charts: [SVG] {
    contents.filter { $0.lines.contains { !$0.points.isEmpty } }.map { ResponseChart($0).svg }
  }

  var html: String {
    guard let tuning = figures.tuning, !tuning.arms.isEmpty else { return "" }
    let names = contents.flatMap { $0.lines.map(\.name) }.reduce(into: [String]()) { names, name in
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    let rows = tuning.arms.flatMap { arm in
      arm.candidates.map { candidate -> [HTML.Cell] in
        [
          .text(arm.name), .text(candidate.text), .number(candidate.mean),
          .number(candidate.interval?.lower), .number(candidate.interval?.upper),
          .count(candidate.values.count),
          .text(candidate.isChosen ? "chosen" : "", style: candidate.isChosen ? "better" : ""),
        ]
      }
    }
    return HTML.section(
      "tuning", "Tuning",
      html: HTML.paragraph(Wording.tuning(tuning) + " " + Wording.numbersOfCandidates(figures))
        + ends(tuning) + ChartSection.legend(names) + HTML.charts(charts)
        + HTML.table(
          "Candidates: \(tuning.by) of the held-out examples, means over \(tuning.seeds) seeds",
          ["arm", "candidate", "mean", "95% low", "95% high", "seeds", "choice"], rows: rows))
  }

  /// A warning about choices at the end of what was tried; empty without any.
  private func ends(_ tuning: TuningFigures) -> String {
    let found = tuning.arms.flatMap { arm in arm.ends.map { "\($0) of \(arm.name)" } }
    guard !found.isEmpty else { return "" }
    return HTML.paragraph(
      "Chosen at the end of what was tried, so that a better value may lie beyond: "
        + found.joined(separator: ", ") + ".", style: "warning")
  }

  /// The chart of an arm: the first of what its candidates differ in along the axis, and a line for each combination of the
  /// rest.
  static func content(
    of arm: TuningFigures.Arm, by metric: String
  ) -> ResponseChart.Content {
    var content = ResponseChart.Content(metric: metric, cell: arm.name)
    let labels = arm.candidates.reduce(into: [String]()) { labels, candidate in
      guard let value = candidate.settings.first?.value, !labels.contains(value) else { return }
      labels.append(value)
    }
    content.axis = .values(of: arm.candidates.first?.settings.first?.key ?? "", labels)
    for candidate in arm.candidates {
      guard let place = labels.firstIndex(of: candidate.settings.first?.value ?? ""),
        let mean = candidate.mean
      else { continue }
      let point = ResponseChart.Point(
        arm: candidate.text + (candidate.isChosen ? ", chosen" : ""), rate: Double(place),
        values: candidate.values.map(\.value), center: mean, interval: candidate.interval)
      let name = Wording.cell(Array(candidate.settings.dropFirst()))
      if let index = content.lines.firstIndex(where: { $0.name == name }) {
        content.lines[index].points.append(point)
      } else {
        content.lines.append(.init(name: name, index: content.lines.count, points: [point]))
      }
    }
    return content
  }
}
