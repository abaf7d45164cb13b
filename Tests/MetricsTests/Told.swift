import Metrics
import Scores

/// Everything in results except the times that measuring took, for comparison.
struct Told: Equatable {
  private let sizes: MetricResults.Sizes
  private let keys: [String]
  private let scores: [[Score?]]
  private let words: [String]
  private let areInformative: [Bool?]
  private let reasons: [String?]

  init(_ results: MetricResults) {
    sizes = results.sizes
    keys = results.entries.map(\.key)
    scores = results.entries.map { entry in
      [entry.value] + Control.allCases.map { entry.controls[$0] }
    }
    words = results.entries.map(\.word)
    areInformative = results.entries.map(\.isInformative)
    reasons = results.entries.map(\.reason)
  }
}
