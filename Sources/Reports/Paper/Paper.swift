internal import Statistics
internal import Files
public import Foundation
internal import Glossary
internal import Records
internal import Scores

/// What a paper needs of a report: tables as LaTeX and CSV, charts, methods in words with their bibliography, and a page
/// that shows them all. The same results give the same bytes.
public struct Paper: Sendable {
  /// Texts by the names of their files.
  public let texts: [(name: String, text: String)]
  /// Charts by the names of their files, without an extension, as SVG.
  public let charts: [(name: String, svg: String)]

  init(_ figures: Figures) {
    let tables = [Self.verdicts(figures), Self.metrics(figures)]
    let methods = Methods(figures)
    charts = Self.named(Self.charts(of: figures))
    let page = Self.page(
      figures.plan.name, tables: tables.map(\.name), charts: charts.map(\.name),
      isCiting: !methods.sources.isEmpty)
    texts =
      tables.flatMap { [("\($0.name).tex", $0.laTeX), ("\($0.name).csv", $0.csv)] }
      + [
        ("methods.tex", methods.paragraph + "\n"), ("methods.bib", methods.bibliography),
        ("page.tex", page),
      ]
  }

  /// Writes the texts, and the charts as SVG.
  ///
  /// - Parameter folder: Made where it is missing.
  /// - Throws: `FileError`.
  public func write(to folder: URL) throws {
    try createFolder(folder)
    for file in texts + charts.map({ ("\($0.name).svg", $0.svg + "\n") }) {
      try AtomicFile.write(Data(file.1.utf8), to: folder.appendingPathComponent(file.0))
    }
  }

  // MARK: Tables

  private struct Table {
    let name, caption: String
    let headings: [String]
    let rows: [[HTML.Cell]]

    var laTeX: String { LaTeX.table(caption, label: "tab:\(name)", headings, rows) }

    /// The same table with all digits that the report has.
    var csv: String {
      let cells = rows.map { row in row.map { cell in cell.sort.map { "\($0)" } ?? cell.text } }
      return ([headings] + cells).map { CSV.row($0) + "\r\n" }.joined()
    }
  }

  /// The comparisons of the primary metrics.
  private static func verdicts(_ figures: Figures) -> Table {
    let rows = figures.arms.flatMap { arm in
      figures.plan.primaryMetrics.compactMap { key -> [HTML.Cell]? in
        guard let comparison = arm.metrics[key]?.comparison else { return nil }
        let paired = comparison.paired
        return [
          .text(arm.arm.name), .text(key), .number(paired.mean), .number(paired.interval?.lower),
          .number(paired.interval?.upper), .number(paired.signFlipP),
          .number(comparison.correctedP),
          .text("\(paired.improved) of \(comparison.seeds.count)"),
          .text(comparison.verdict.rawValue),
        ]
      }
    }
    return Table(
      name: "verdicts",
      caption: "Differences from the arm that each is compared with, means over seeds.",
      headings: [
        "arm", "metric", "difference", "95% low", "95% high", "p", "corrected p", "improved",
        "verdict",
      ], rows: rows)
  }

  /// The values of all metrics.
  private static func metrics(_ figures: Figures) -> Table {
    let rows = figures.keys.flatMap { key in
      figures.arms.compactMap { arm -> [HTML.Cell]? in
        guard let metric = arm.metrics[key] else { return nil }
        return [
          .text(key), .text(arm.arm.name), .number(metric.mean), .number(metric.interval?.lower),
          .number(metric.interval?.upper), .number(metric.controls[.null]),
          .count(metric.values.count),
        ]
      }
    }
    return Table(
      name: "metrics",
      caption: "Means over seeds, and what held-out examples score in the place of samples.",
      headings: ["metric", "arm", "mean", "95% low", "95% high", "held-out", "seeds"], rows: rows)
  }

  // MARK: Charts

  private static func charts(of figures: Figures) -> [SVG] {
    [figures.claim.flatMap { ClaimChart($0).svg }].compactMap(\.self)
      + ChartSection(figures).charts + TuningSection(figures: figures).charts
      + AveragingSection(figures: figures).charts + TrainingSection(figures: figures).charts
  }

  /// Names charts by their titles, in letters, digits and hyphens; the second of a name gets a number.
  private static func named(_ charts: [SVG]) -> [(String, String)] {
    var count: [String: Int] = [:]
    return charts.map { chart in
      let words = chart.title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
      let name = words.joined(separator: "-").prefix(80)
      let number = count[String(name), default: 0] + 1
      count[String(name)] = number
      return (number == 1 ? String(name) : "\(name)-\(number)", chart.standalone)
    }
  }

  // MARK: Page

  private static func page(_ name: String, tables: [String], charts: [String], isCiting: Bool)
    -> String
  {
    let figures = charts.map { "\\includegraphics[width=0.48\\textwidth]{\($0)}" }
    let bibliography = "\\bibliographystyle{plain}\n\\bibliography{methods}\n"
    return """
      \\documentclass{article}
      \\usepackage[T1]{fontenc}
      \\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}
      \\usepackage{textcomp,booktabs,longtable,graphicx}
      \\usepackage[margin=2cm]{geometry}
      \\begin{document}
      \\section*{\(LaTeX.escaped(name))}
      \\input{methods}
      {\\scriptsize\\setlength{\\tabcolsep}{3pt}
      \(tables.map { "\\input{\($0)}" }.joined(separator: "\n"))
      }
      \\noindent\\raggedright
      \(figures.joined(separator: "\n"))
      \(isCiting ? bibliography : "")\\end{document}

      """
  }
}
