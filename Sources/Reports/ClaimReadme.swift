internal import Experiments
internal import Files
internal import Foundation
internal import Records
internal import Statistics

/// The page of one claim in Markdown: `README.md` in its results folder, with `claim.svg`.
struct ClaimReadme {
  /// Its name, which is also that of the page of all claims.
  static let fileName = "README.md"
  private static let picture = "claim.svg"
  private static let notesName = "notes.md"
  private let claim: ClaimFigures
  private let figures: Figures
  private let results: ResultsFolder

  init(_ claim: ClaimFigures, _ figures: Figures, in results: ResultsFolder) {
    (self.claim, self.figures, self.results) = (claim, figures, results)
  }

  /// Writes both files.
  ///
  /// - Throws: `FileError`.
  func write() throws {
    if let chart {
      try AtomicFile.write(
        Data(chart.standalone.utf8), to: results.url.appendingPathComponent(Self.picture))
    }
    try AtomicFile.write(Data(text.utf8), to: results.url.appendingPathComponent(Self.fileName))
  }

  private var chart: SVG? { ClaimChart(claim).svg }

  /// The parts that have something to say, in order.
  var text: String {
    let parts =
      ["# \(Markdown.text(claim.claim.says))"] + verdict
      + [
        Markdown.table(
          ClaimSection.headings,
          rows: ClaimSection.rows(claim).map { $0.map { Markdown.text($0.text) } }
        )
      ]
      + (chart == nil ? [] : [Markdown.picture("Contrasts of the criteria", at: Self.picture)])
      + section("What counts, decided before the run", figures.comment.map(Markdown.text))
      + section("How it was made", making)
      + section("Looked into", [Self.notes(in: results.url)].compactMap(\.self))
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var verdict: [String] {
    [
      "Source: \(Markdown.text(claim.claim.source)).", "**\(claim.verdict.rawValue)**",
    ] + Wording.untested(claim).map(Markdown.text)
  }

  private func section(_ heading: String, _ paragraphs: [String]) -> [String] {
    paragraphs.isEmpty ? [] : ["## \(heading)"] + paragraphs
  }

  /// The commands, where it was computed and for how long, and links to files.
  private var making: [String] {
    let name = results.url.lastPathComponent
    let settings = figures.plan.overrides.map { " --set '\($0.text)'" }.joined()
    let commands = """
      ```sh
      lethe run experiments/claims/\(name).yaml --out runs/claims/\(name)\(settings)
      lethe report runs/claims/\(name)
      ```
      """
    let links = [results.trialsTable, results.report].map(\.lastPathComponent)
      .filter {
        FileManager.default.fileExists(atPath: results.url.appendingPathComponent($0).path)
      }
      .map { "- \(Markdown.link($0, to: $0))" }
    return [commands, circumstances.map(Markdown.text), links.joined(separator: "\n")]
      .compactMap(\.self).filter { !$0.isEmpty }
  }

  /// The processor and the program, and the time of all trials, as sentences; nil where nothing is known of them.
  private var circumstances: String? {
    let facts = figures.origins
    func values(_ name: String) -> String? {
      facts.first { $0.name == name }?.values.joined(separator: ", ")
    }
    let processor = values("processor").map { processor in
      "on \(processor)" + (values("isa").map { " (\($0))" } ?? "")
    }
    let program =
      values("commit").map { "by commit \($0)" } ?? values("lethe").map { "by lethe \($0)" }
    let made = [processor, program].compactMap(\.self).joined(separator: " ")
    let time = figures.cost.map { cost in
      "All \(cost.trials) trials together took \(shortNumber(cost.minutes)) minutes of one core."
    }
    let sentences = [made.isEmpty ? nil : "Computed \(made).", time].compactMap(\.self)
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  /// Findings written by hand, which are kept in a file of their own as pages are made anew; nil without any.
  static func notes(in folder: URL) -> String? {
    readText(folder.appendingPathComponent(notesName))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
