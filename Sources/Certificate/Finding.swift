/// The result of a check of a metric.
package enum Outcome: String, Codable, Sendable {
  /// The criterion is met.
  case passed
  /// The criterion is not met.
  case failed
  /// The metric has no value, or no word, for these data.
  case notApplicable = "not_applicable"
}

/// Cases in which something was found, of all that were tried.
package struct Cases: Codable, Sendable, Equatable {
  /// Number of cases in which it was found.
  package let found: Int
  /// Number of cases that were tried.
  package let of: Int

  /// Counts cases.
  package init(found: Int, of: Int) {
    (self.found, self.of) = (found, of)
  }

  /// The share in percent, with both numbers, such as `5.0% (2 of 40)`.
  package var text: String {
    "\(threeDigits(100 * Double(found) / Double(of)))% (\(found) of \(of))"
  }
}

/// What a check found of a metric.
package struct Finding: Sendable, Equatable {
  /// The metric's key, or `any` for all metrics of a table together.
  package let metric: String
  /// The result.
  package let outcome: Outcome
  /// The numbers that were seen, or the reason why there are none.
  package let seen: String
  /// The criterion with its threshold; empty where it was not applied.
  package let expected: String
  /// The cases that a share was counted over; nil for other criteria.
  package let cases: Cases?

  /// The metric of findings about all metrics of a table together.
  package static let anyMetric = "any"

  /// Records the result of a criterion.
  package init(_ metric: String, passed: Bool, seen: String, expected: String, cases: Cases? = nil)
  {
    (self.metric, outcome) = (metric, passed ? .passed : .failed)
    (self.seen, self.expected, self.cases) = (seen, expected, cases)
  }

  /// Records that a criterion was not applied.
  package init(_ metric: String, notApplicable reason: String) {
    (self.metric, outcome, seen, expected, cases) = (metric, .notApplicable, reason, "", nil)
  }
}
