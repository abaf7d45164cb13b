internal import Experiments
internal import Files
internal import Foundation
internal import Records
internal import Statistics

/// What was found of a claim, as far as the page of all claims needs it: `claim.json` beside the claim's page, by which
/// that page can be made anew where trials are not kept.
struct ClaimSummary: Codable, Sendable {
  static let fileName = "claim.json"
  let says, source: String
  let verdict: ClaimVerdict
  /// Number of finished trials.
  let trials: Int
  /// Wall-clock minutes times threads of all trials, those of tuning too; nil where nothing is known of them.
  let minutes: Double?
  let criteria: [Criterion]

  /// A criterion in words, and in smallest effects of interest from its bound, positive where the claim expects them.
  struct Criterion: Codable, Sendable {
    let contrast, expectation, finding: String
    let outcome: ContrastTest.Outcome
    /// The smallest effect of interest in the metric's units; nil where none is stated, and then so is what follows.
    let smallest: Double?
    /// The mean over seeds and the ends of its interval, in smallest effects; nil where nothing was tested.
    let mean, lower, upper: Double?
    /// The contrast that the source reports, in smallest effects; nil where none is stated.
    let published: Double?
    /// How often the criterion would hold at the effect that it was planned for; nil where that is not known.
    let power: Double?
  }
}

extension ClaimSummary {
  init(_ claim: ClaimFigures, _ figures: Figures) {
    self.init(
      says: claim.claim.says, source: claim.claim.source, verdict: claim.verdict,
      trials: figures.trials.count { $0.state == .finished }, minutes: figures.cost?.minutes,
      criteria: claim.criteria.map(Criterion.init))
  }

  /// Reads the file in a folder; nil without one.
  ///
  /// - Throws: `InputError` where it holds something else; `FileError`.
  init?(in folder: URL) throws {
    let file = folder.appendingPathComponent(Self.fileName)
    guard let summary = try readJSON(Self.self, from: file, as: "the summary of a claim")
    else { return nil }
    self = summary
  }

  /// Writes the file into a folder.
  ///
  /// - Throws: `FileError`.
  func write(to folder: URL) throws {
    try writeJSON(self, to: folder.appendingPathComponent(Self.fileName))
  }
}

extension ClaimSummary.Criterion {
  init(_ criterion: ClaimFigures.Criterion) {
    let ends = [criterion.test?.interval?.lower, criterion.test?.interval?.upper]
      .compactMap { $0.flatMap(criterion.inSmallestEffects) }.sorted()
    self.init(
      contrast: criterion.contrast, expectation: criterion.expectation, finding: criterion.finding,
      outcome: criterion.outcome, smallest: criterion.smallest,
      mean: (criterion.test?.mean).flatMap(criterion.inSmallestEffects), lower: ends.first,
      upper: ends.last, published: criterion.published.flatMap(criterion.inSmallestEffects),
      power: criterion.power)
  }
}
