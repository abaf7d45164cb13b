internal import Experiments
internal import Complaints
internal import Files
public import Foundation
internal import Records
internal import Statistics

/// The claims of several results folders in one table: `README.md`, with a picture of each.
public struct ClaimsTable: Sendable {
  private let folder: URL
  private let claims: [(name: String, claim: ClaimFigures, trials: Int)]

  /// The picture's name in each results folder.
  private static let picture = "claim.svg"

  /// Reads the results folders in a folder; those without a claim are left out.
  ///
  /// - Throws: `InputError` when none has a claim.
  public init(_ folder: URL) throws {
    self.folder = folder
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    claims = try names.filter { !$0.hasPrefix(".") }.compactMap { name in
      let results = ResultsFolder(folder.appendingPathComponent(name, isDirectory: true))
      guard FileManager.default.fileExists(atPath: results.sweep.path) else { return nil }
      let figures = try Figures(reading: results)
      return figures.claim.map {
        (name, $0, figures.trials.count { $0.state == .finished })
      }
    }
    guard !claims.isEmpty else {
      throw InputError(
        SourcePlace(file: folder.path), expected: "results folders of experiments with a claim",
        found: "none")
    }
  }

  /// Writes `README.md`, and `claim.svg` beside each report.
  ///
  /// - Throws: `FileError`.
  public func write() throws {
    for (name, claim, _) in claims {
      guard let svg = ClaimChart(claim).svg else { continue }
      try AtomicFile.write(
        Data(svg.standalone.utf8), to: folder.appendingPathComponent("\(name)/\(Self.picture)"))
    }
    try AtomicFile.write(Data(text.utf8), to: folder.appendingPathComponent("README.md"))
  }

  /// The table in Markdown, followed by an explanation of its terms.
  public var text: String {
    let rows = claims.map { name, claim, trials in
      let effects = claim.criteria.map {
        Markdown.code($0.contrast) + " " + Markdown.text($0.finding)
      }
      let cells = [
        Markdown.link(claim.claim.says, to: "\(name)/report.html"),
        Markdown.text(claim.claim.source), "**\(claim.verdict.rawValue)**",
        effects.joined(separator: "<br>"), "\(trials)",
        ClaimChart(claim).svg == nil ? "" : Markdown.picture(name, at: "\(name)/\(Self.picture)"),
      ]
      return "| " + cells.joined(separator: " | ") + " |"
    }
    return """
      # What is said of dropout, put to the test

      | claim | source | verdict | effect with 95% interval | trials | picture |
      |---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      Effects are means over seeds of each seed's contrast, with intervals by Student's t. A criterion holds where the mean
      lies in the expected range and the p of the exact sign-flip test is below 0.05, and fails where the mean lies outside
      and p, corrected by Holm over the claim's criteria, is. A claim is reproduced when all its criteria hold, not
      reproduced when one fails, not testable where what must be so for the question to make sense is not, and inconclusive
      otherwise. A contrast of 0 in every seed, as of a recall of 0 in all arms, is vacuous and tests nothing. What would
      count was decided before the runs, in the experiment files.

      """
  }

  /// The verdicts for a terminal, one line per claim.
  public var summary: String {
    claims.map { "\($0.name): \($0.claim.verdict.rawValue)" }.joined(separator: "\n")
  }
}
