public import Experiments
internal import Files
public import Foundation
public import Glossary
public import Records
internal import Statistics

/// The report of a results folder, whose trials need not all be finished.
public struct Report: Sendable {
  private let results: ResultsFolder
  private let figures: Figures

  /// Reads a results folder. Trials that are not finished, or whose files are broken, are counted and listed.
  ///
  /// - Parameter terms: Gives the meanings of the terms that occur in the report of an experiment, one of which is asked
  ///   for each arm; nil for a report without them.
  /// - Throws: `InputError` when it is not a results folder, or is of another version.
  public init(
    reading results: ResultsFolder, terms: ((Experiment) -> Glossary)? = nil
  ) throws {
    self.results = results
    figures = try Figures(reading: results, terms: terms)
  }

  /// Standard budget for the pictures and sounds in a page, in bytes.
  public static let standardMediaBytes = Media.standardBudget

  /// Writes `report.html`, `report.json` and `trials.csv`.
  ///
  /// - Parameter mediaBytes: Budget for the pictures and sounds in the page, in bytes; the page lists those left out.
  /// - Throws: `FileError`.
  public func write(mediaBytes: Int = Self.standardMediaBytes) throws {
    try AtomicFile.write(Data(TrialsTable(figures).csv.utf8), to: results.trialsTable)
    try writeJSON(figures, to: results.reportData)
    try writePage(to: results.report, mediaBytes: mediaBytes)
  }

  /// Writes the page alone, to any file.
  ///
  /// - Throws: `FileError`.
  public func writePage(to file: URL, mediaBytes: Int = Self.standardMediaBytes) throws {
    try AtomicFile.write(
      Data(Page(figures, in: results, mediaBytes: mediaBytes).text.utf8), to: file)
  }

  /// The tables, charts and methods for a paper.
  public func paper() -> Paper { Paper(figures) }

  /// Writes a page that compares two results folders.
  ///
  /// - Throws: `InputError` when one is not a results folder, or they share no arm; `FileError`.
  public static func writeComparison(
    of a: ResultsFolder, with b: ResultsFolder, to file: URL,
    mediaBytes: Int = Self.standardMediaBytes
  ) throws {
    try AtomicFile.write(Data(ComparisonPage(a, b).text(mediaBytes: mediaBytes).utf8), to: file)
  }

  /// The findings for a terminal, one line per arm and primary metric.
  public func summary() -> String {
    var lines = [Wording.counts(figures.trials), Wording.collapse(figures)].compactMap(\.self)
    if let tuning = figures.tuning {
      lines.append(Wording.tuning(tuning))
      lines += tuning.arms.map { arm in
        let mean = arm.chosen?.mean.map { ", \(tuning.by) \(shortNumber($0))" } ?? ""
        return
          "  \(arm.name): \(arm.chosen?.text ?? "nothing chosen") of \(arm.candidates.count) candidates\(mean)"
      }
      lines.append(Wording.numbersOfCandidates(figures))
    }
    if let claim = figures.claim {
      lines.append("\(claim.claim.says) \(claim.verdict.rawValue)")
      lines += claim.obstacles.map { "  not testable: \($0)" }
      lines += claim.criteria.map { "  \($0.contrast) \($0.finding)" }
    }
    for arm in figures.arms {
      lines += [arm.obstacle, arm.collapse].compactMap(\.self).map { "  \(arm.arm.name): \($0)" }
      for key in figures.plan.primaryMetrics {
        lines.append("  \(arm.arm.name): \(Wording.finding(key, arm.metrics[key]))")
      }
    }
    lines += [Wording.limits(figures)].compactMap(\.self)
    return (figures.warnings.map { "warning: \($0)" } + lines)
      .joined(separator: "\n")
  }
}
