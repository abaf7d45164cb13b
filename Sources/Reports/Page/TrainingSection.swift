internal import Experiments
internal import Records
internal import Statistics

/// Charts of the log over the steps, of all finished seeds of each arm, and when memorisation begins.
struct TrainingSection {
  private let figures: Figures
  private let series: ChartSection

  init(figures: Figures) { (self.figures, series) = (figures, ChartSection(figures)) }

  /// The map of onsets, and a chart of each number over the steps.
  var charts: [SVG] { [figures.onsetMap.map { OnsetChart($0).svg }].compactMap(\.self) + curves }

  private var curves: [SVG] {
    let charts = names.map { CurveChart($0, lines($0, in: \.curve)).svg }
    guard !charts.isEmpty else { return [] }
    return charts
      + checkpointNames.map {
        CurveChart("\($0) of kept models", lines($0, in: \.checkpoints)).svg
      }
  }

  var html: String {
    let charts = curves
    guard !charts.isEmpty else { return "" }
    let isLeveled = figures.arms.contains { arm in
      arm.trials.contains { $0.curve.names.contains(where: LogName.isNull) }
    }
    return HTML.section(
      "training", "Training",
      html: table + map
        + HTML.paragraph(
          "A line an arm: the mean over its finished seeds with its 95% interval (Student's t, from three seeds on); "
            + "point at one to see its name."
            + (isLeveled
              ? " Broken lines are what held-out examples score in the place of samples." : ""))
        + Self.controls + HTML.charts(charts))
  }

  /// What a reader can ask of the curves; the page's script shows it.
  private static let controls = """
    <p class="choices" hidden><label><input type="checkbox" id="seed-curves"> All seeds</label>
    <label>Smoothing <input type="range" id="smoothing" min="0" max="0.98" step="0.02" value="0"></label></p>
    """

  /// Names of the numbers that have a chart: all but learned rates, and nulls, which stand in the chart of their
  /// metric.
  private var names: [String] {
    let finished = figures.arms.flatMap(\.trials).filter { $0.state == .finished }
    return finished.flatMap(\.curve.names).reduce(into: [String]()) { names, name in
      if !names.contains(name) { names.append(name) }
    }.filter { LogName.site(ofRate: $0) == nil && !LogName.isNull($0) }
  }

  /// Names of the numbers of kept models that have a chart: the primary metrics, coverage and the memorised share.
  private var checkpointNames: [String] {
    let measured = Set(figures.arms.flatMap(\.trials).flatMap(\.checkpoints.names))
    return (figures.plan.primaryMetrics + ["coverage", LogName.memorizedShare])
      .reduce(into: [String]()) { names, name in
        if measured.contains(name), !names.contains(name) { names.append(name) }
      }
  }

  private func lines(
    _ name: String, in curve: (TrialFigures) -> TrainingCurve
  ) -> [CurveChart.Line] {
    let arms = figures.arms.compactMap { arm in
      ArmCurve(name, arm.trials, in: curve).map { mean in
        CurveChart.Line(
          name: arm.arm.name, index: series.index(of: arm.arm), steps: mean.points.map(\.step),
          values: mean.points.map(\.mean), intervals: mean.points.map(\.interval),
          arm: arm.arm.name, seeds: seeds(name, arm.trials, in: curve))
      }
    }
    // The null of all arms is one line, as it is of the data, or hardly differs.
    let null = ArmCurve(LogName.null(of: name), figures.arms.flatMap(\.trials), in: curve)
    return arms
      + [null].compactMap(\.self).map { curve in
        CurveChart.Line(
          name: "held-out examples", index: CurveChart.plainSeries,
          steps: curve.points.map(\.step), values: curve.points.map(\.mean), isLevel: true)
      }
  }

  /// Largest number of points of the seeds' curves in a chart.
  private static let mostPoints = 8000

  /// The curves of the finished seeds, thinned out where they are many.
  private func seeds(
    _ name: String, _ trials: [TrialFigures], in curve: (TrialFigures) -> TrainingCurve
  ) -> [(steps: [Int], values: [Double])] {
    let most = max(10, Self.mostPoints / max(1, figures.trials.count))
    return trials.filter { $0.state == .finished }.compactMap { curve($0).series[name] }.map {
      let count = $0.steps.count
      let stride = (count + most - 1) / most
      let shown = (0..<count).filter { $0 % max(1, stride) == 0 || $0 == count - 1 }
      let (steps, values) = ($0.steps, $0.values)
      return (shown.map { steps[$0] }, shown.map { values[$0] })
    }
  }

  /// A table of when arms begin to memorise and when they are best; empty where that was not measured.
  private var table: String {
    let rows = figures.arms.compactMap { arm in
      arm.overTraining.map { row(arm.arm.name, $0) }
    }
    guard !rows.isEmpty else { return "" }
    return HTML.table(
      "Onset: the first step at which the memorised share passes twice the 97.5% point of its null; median by Kaplan and "
        + "Meier, as some seeds may not have come to it, and p of the exact log-rank test beside the arm that each is "
        + "compared with, corrected by Holm. Best step: held-out examples are covered best",
      [
        "arm", "onset", "95% low", "95% high", "seeds with onset", "seeds", "p", "corrected p",
        "best step", "earliest", "latest",
      ], rows: rows)
  }

  private func row(_ name: String, _ arm: OverTraining) -> [HTML.Cell] {
    let onset = arm.onset
    let steps = arm.bestSteps.map { Double($0.step) }
    return [
      .text(name),
      onset.median.map { .number($0) } ?? .text(onset.trials > 0 ? "not reached" : "–"),
      .number(onset.lower), .number(onset.upper), .count(onset.events), .count(onset.trials),
      .number(arm.comparison?.p), .number(arm.comparison?.correctedP),
      .number(arm.medianBestStep), .number(steps.min()), .number(steps.max()),
    ]
  }

  /// A heat map of onsets by rate and a key of the grid, with its numbers; empty where that was not swept, or not
  /// measured.
  private var map: String {
    guard let map = figures.onsetMap else { return "" }
    let rows = map.panels.flatMap { panel in
      panel.cells.map { cell -> [HTML.Cell] in
        [
          .text(panel.name), .text(cell.rate.plain), .text(cell.value), .text(cell.text),
          .count(cell.onset.events), .count(cell.onset.trials), .number(cell.finalShare),
        ]
      }
    }
    return "<div class=\"single\">\(OnsetChart(map).svg.text)</div>"
      + HTML.table(
        "Onset of memorisation by rate and \(map.key); rate 0 is the arm without dropout",
        [
          "placed", "rate", map.key, "onset", "seeds with onset", "seeds",
          "final memorised share",
        ], rows: rows)
  }
}
