internal import Complaints
internal import Experiments
internal import Files
public import Foundation
internal import Records
internal import Statistics

/// The claims of several results folders: `README.md` with a picture of all effects and a table, and one in each
/// folder.
public struct ClaimsTable: Sendable {
  private let folder: URL
  private let claims: [(name: String, figures: Figures, claim: ClaimFigures)]

  /// The picture of all effects.
  private static let picture = "effects.svg"

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
      return figures.claim.map { (name, figures, $0) }
    }
    guard !claims.isEmpty else {
      throw InputError(
        SourcePlace(file: folder.path), expected: "results folders of experiments with a claim",
        found: "none")
    }
  }

  /// Writes `README.md` and `effects.svg`, and `README.md` and `claim.svg` beside each report.
  ///
  /// - Throws: `FileError`.
  public func write() throws {
    for (name, figures, claim) in claims {
      let results = ResultsFolder(folder.appendingPathComponent(name, isDirectory: true))
      try ClaimReadme(claim, figures, in: results).write()
    }
    let effects = EffectsChart(claims.map(\.claim)).svg.standalone
    try AtomicFile.write(
      Data(effects.utf8), to: folder.appendingPathComponent(Self.picture))
    try AtomicFile.write(
      Data(text.utf8), to: folder.appendingPathComponent(ClaimReadme.fileName))
  }

  /// The picture, the number of claims by verdict, and the table, in Markdown, followed by an explanation of its terms.
  public var text: String {
    let rows = claims.map { name, figures, claim in
      let effects = claim.criteria.map {
        Markdown.code($0.contrast) + " " + Markdown.text($0.finding)
      }
      return [
        Markdown.link(claim.claim.says, to: "\(name)/\(ClaimReadme.fileName)"),
        Markdown.text(claim.claim.source), "**\(claim.verdict.rawValue)**",
        effects.joined(separator: "<br>"),
        "\(figures.trials.count { $0.state == .finished })",
      ]
    }
    return """
      # What is said of dropout, put to the test

      \(Markdown.picture("Effects of the criteria of all claims", at: Self.picture))

      \(counts)

      \(Markdown.table(["claim", "source", "verdict", "effect with 95% interval", "trials"], rows: rows))

      Effects are means over seeds of each seed's contrast, with intervals by Student's t; published are those of the source.
      A criterion holds where the mean lies in the expected range and the p of the exact sign-flip test is below 0.05, and
      fails where the mean lies outside and p, corrected by Holm over the claim's criteria, is. A claim is reproduced when all
      its criteria hold, not reproduced when one fails, not testable where what must be so for the question to make sense is
      not, and inconclusive otherwise. A contrast of 0 in every seed, as of a recall of 0 in all arms, is vacuous and tests
      nothing. What would count was decided before the runs, in the experiment files.

      """
  }

  /// The number of claims by verdict, as a sentence: `Of 3 claims 2 are reproduced and 1 is inconclusive.`
  private var counts: String {
    let order: [ClaimVerdict] = [.reproduced, .notReproduced, .inconclusive, .notTestable]
    let parts = order.compactMap { verdict -> String? in
      let count = claims.count { $0.claim.verdict == verdict }
      return count == 0 ? nil : "\(count) \(count == 1 ? "is" : "are") \(verdict.rawValue)"
    }
    let list =
      parts.count > 1
      ? parts.dropLast().joined(separator: ", ") + " and \(parts[parts.count - 1])" : parts.joined()
    return "Of \(claims.count) claim\(claims.count == 1 ? "" : "s") \(list)."
  }

  /// The verdicts for a terminal, one line per claim.
  public var summary: String {
    claims.map { "\($0.name): \($0.claim.verdict.rawValue)" }.joined(separator: "\n")
  }
}
