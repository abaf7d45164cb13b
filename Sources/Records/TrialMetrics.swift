public import Foundation

/// What is measured of a finished trial: `metrics.json` in its folder.
public struct TrialMetrics: Encodable, Sendable, Equatable {
  /// Dropout rates that training has learned, by site.
  public var learnedRates: [String: Double]

  private enum CodingKeys: String, CodingKey {
    case learnedRates = "learned_rates"
  }

  /// Measurements of a trial.
  public init(learnedRates: [String: Double]) {
    self.learnedRates = learnedRates
  }

  /// Writes `metrics.json`.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws { try writeJSON(self, to: url) }
}
