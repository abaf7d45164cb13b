internal import Records
internal import Statistics

/// Charts of scores of the mean over masks by the number of masks, beside weight scaling and the mean over all masks.
struct AveragingSection {
  let figures: Figures

  /// A chart of each score.
  var charts: [SVG] {
    let names = means.map(\.name).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    return names.map { name in
      CurveChart("\(name) of the mean over masks", lines(name), over: .masks).svg
    }
  }

  var html: String {
    let charts = charts
    guard !charts.isEmpty else { return "" }
    return HTML.section(
      "averaging", "Averaging over masks",
      html: HTML.paragraph(
        "Means over seeds; point at a line to see its name. Broken lines are weight scaling, and the "
          + "mean over all masks where they are few enough to be tried. distance is the root mean square difference "
          + "of outputs from the latter, or else from the former.")
        + HTML.charts(charts))
  }

  /// Metrics of means over some masks: the name of the score and the number of masks.
  private var means: [(name: String, count: Int)] {
    figures.keys.compactMap { key in
      guard let key = AveragingKey(meanIn: key), case .meanOf(let count) = key.way else {
        return nil
      }
      return (key.name, count)
    }
  }

  private func lines(_ name: String) -> [CurveChart.Line] {
    let counts = means.filter { $0.name == name }.map(\.count).sorted()
    return figures.arms.enumerated().flatMap { index, arm -> [CurveChart.Line] in
      func value(_ way: AveragingKey.Way) -> Double? {
        arm.metrics[AveragingKey(name, way).text]?.mean
      }
      let means = counts.compactMap { count in value(.meanOf(count)).map { (count, $0) } }
      guard let first = means.first, let last = means.last else { return [] }
      let levels = [("weight scaling", value(.weightScaling)), ("all masks", value(.exact))]
      return [
        CurveChart.Line(
          name: arm.arm.name, index: index, steps: means.map(\.0), values: means.map(\.1))
      ]
        + levels.compactMap { label, level in
          level.map {
            CurveChart.Line(
              name: "\(arm.arm.name), \(label)", index: index, steps: [first.0, last.0],
              values: [$0, $0], isLevel: true)
          }
        }
    }
  }
}
