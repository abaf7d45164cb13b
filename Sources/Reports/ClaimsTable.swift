internal import Complaints
internal import Experiments
internal import Files
public import Foundation
internal import Records
internal import Statistics

/// The claims of several results folders: `README.md` with a picture of all effects and a table, which ends with the
/// folder's `notes.md`, and one in each folder.
public struct ClaimsTable: Sendable {
  /// A claim by the name of its folder; its figures are nil where only the summary of its trials is kept.
  private struct Entry {
    let name: String
    let summary: ClaimSummary
    let figures: (all: Figures, claim: ClaimFigures)?
  }

  private let folder: URL
  private let claims: [Entry]
  /// The folders that are left out because their experiment's file cannot be read, a sentence each.
  public let leftOut: [String]

  /// The picture of all effects.
  private static let picture = "effects.svg"

  /// Reads the results folders in a folder, and the summaries that are left of others; folders without a claim are left
  /// out, and those of `leftOut`.
  ///
  /// - Throws: `InputError` when none has a claim.
  public init(_ folder: URL) throws {
    self.folder = folder
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    var leftOut: [String] = []
    claims = try names.filter { !$0.hasPrefix(".") }.compactMap { name in
      let results = ResultsFolder(folder.appendingPathComponent(name, isDirectory: true))
      guard FileManager.default.fileExists(atPath: results.sweep.path) else {
        return try ClaimSummary(in: results.url).map {
          Entry(name: name, summary: $0, figures: nil)
        }
      }
      let figures = try Figures(reading: results)
      if let problem = figures.unreadable { leftOut.append("\(name): left out: \(problem)") }
      return figures.claim.map { claim in
        Entry(name: name, summary: ClaimSummary(claim, figures), figures: (figures, claim))
      }
    }
    self.leftOut = leftOut
    guard !claims.isEmpty else {
      throw InputError(
        SourcePlace(file: folder.path), expected: "results folders of experiments with a claim",
        found: leftOut.isEmpty ? "none" : leftOut.joined(separator: "; "))
    }
  }

  /// Writes `README.md` and `effects.svg`, and `README.md`, `claim.svg` and `claim.json` into each folder that has its
  /// trials.
  ///
  /// - Throws: `FileError`.
  public func write() throws {
    for entry in claims {
      guard let figures = entry.figures else { continue }
      let results = ResultsFolder(folder.appendingPathComponent(entry.name, isDirectory: true))
      try ClaimReadme(figures.claim, figures.all, in: results).write()
      try entry.summary.write(to: results.url)
    }
    let effects = EffectsChart(claims.map(\.summary)).svg.standalone
    try AtomicFile.write(
      Data(effects.utf8), to: folder.appendingPathComponent(Self.picture))
    try AtomicFile.write(
      Data(text.utf8), to: folder.appendingPathComponent(ClaimReadme.fileName))
  }

  /// The picture, the number of claims by verdict, and the table, in Markdown, followed by an explanation of its terms.
  public var text: String {
    let rows = claims.map { entry in
      let summary = entry.summary
      let effects = summary.criteria.map { criterion in
        let power = criterion.power.map { "; power \(Int((100 * $0).rounded()))%" } ?? ""
        return Markdown.code(criterion.contrast) + " " + Markdown.text(criterion.finding + power)
      }
      return [
        Markdown.link(summary.says, to: "\(entry.name)/\(ClaimReadme.fileName)"),
        Markdown.text(summary.source), "**\(summary.verdict.rawValue)**",
        effects.joined(separator: "<br>"), "\(summary.trials)",
      ]
    }
    let notes = ClaimReadme.notes(in: folder).map { "\n\($0)\n" } ?? ""
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
      nothing. \(ClaimSection.power) What would count was decided before the runs, in the experiment files.

      """ + notes
  }

  /// The number of claims by verdict, and the time, as sentences: `Of 3 claims 2 are reproduced and 1 is inconclusive.`
  private var counts: String {
    let order: [ClaimVerdict] = [.reproduced, .notReproduced, .inconclusive, .notTestable]
    let parts = order.compactMap { verdict -> String? in
      let count = claims.count { $0.summary.verdict == verdict }
      return count == 0 ? nil : "\(count) \(count == 1 ? "is" : "are") \(verdict.rawValue)"
    }
    let list =
      parts.count > 1
      ? parts.dropLast().joined(separator: ", ") + " and \(parts[parts.count - 1])" : parts.joined()
    let minutes = claims.compactMap(\.summary.minutes).reduce(0, +)
    let time =
      minutes > 0 ? " All trials together took \(shortNumber(minutes / 60)) hours of one core." : ""
    return "Of \(claims.count) claim\(claims.count == 1 ? "" : "s") \(list).\(time)"
  }

  /// The verdicts for a terminal, one line per claim.
  public var summary: String {
    claims.map { "\($0.name): \($0.summary.verdict.rawValue)" }.joined(separator: "\n")
  }
}
