internal import Training
internal import Foundation
internal import Metrics
internal import Records

/// What is measured of a finished trial: `metrics.json` in its folder.
struct TrialMetrics: Encodable {
  let document: MetricDocument
  /// Dropout rates that training has learned, by site.
  let learnedRates: [String: Double]

  private enum CodingKeys: String, CodingKey {
    case learnedRates = "learned_rates"
  }

  func encode(to encoder: any Encoder) throws {
    try document.encode(to: encoder)
    guard !learnedRates.isEmpty else { return }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(learnedRates, forKey: .learnedRates)
  }

  /// Writes `metrics.json`.
  ///
  /// - Throws: `FileError`.
  func write(to url: URL) throws { try writeJSON(self, to: url) }
}
