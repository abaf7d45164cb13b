package import Metrics
internal import Scores

/// Which metrics can be trusted, and for what: the result of all checks of a plan.
package struct Certificate: Codable, Sendable, Equatable {
  /// What one check found of one metric on some data.
  package struct Row: Codable, Sendable, Equatable {
    /// The metric's key, or `any` for all of a table together.
    package let metric: String
    /// The check's name.
    package let check: String
    /// The property that the check is about.
    package let kind: CheckKind
    /// The data of the check.
    package let data: String
    /// The result.
    package let outcome: Outcome
    /// The numbers that were seen, or the reason why there are none.
    package let seen: String
    /// The criterion with its threshold.
    package let expected: String
    /// The cases that a share was counted over; nil for other criteria.
    package let cases: Cases?

    /// Puts a row together; see the properties.
    package init(
      metric: String, check: String, kind: CheckKind, data: String, outcome: Outcome, seen: String,
      expected: String, cases: Cases? = nil
    ) {
      (self.metric, self.check, self.kind, self.data) = (metric, check, kind, data)
      (self.outcome, self.seen) = (outcome, seen)
      (self.expected, self.cases) = (expected, cases)
    }
  }

  /// How far a metric can be trusted.
  package enum Trust: String, Codable, Sendable {
    /// It passes every check.
    case trusted
    /// It sees what it is for and accuses nobody; the checks that it fails say when not to compare its values.
    case withCare = "with care"
    /// It fails a check of its purpose, or its words accuse honest generators.
    case no
    /// No check could be made.
    case unknown
  }

  /// The data in words.
  package let data: String
  /// Number of draws of each check.
  package let draws: Int
  /// What was found, in the order of the plan.
  package let rows: [Row]
  /// How far each metric can be trusted, by key.
  package let trust: [String: Trust]

  /// Makes the checks of a plan.
  ///
  /// - Parameters:
  ///   - threads: Threads that share the work; no number depends on it.
  ///   - progress: Called before each check, and after each of its draws.
  /// - Throws: `Stopped`.
  package init(
    of metrics: [any Metric], by plan: CertificatePlan, draws: Int, threads: Int,
    progress: (CertificateProgress) -> Void = { _ in }
  ) throws {
    let rows = try withoutActuallyEscaping(progress) {
      try Self.rows(of: metrics, by: plan, draws: draws, threads: threads, progress: $0)
    }
    (data, self.draws, self.rows) = (plan.data, draws, rows)
    trust = Dictionary(
      uniqueKeysWithValues: metrics.map { metric in
        (metric.key, Self.trust(rows.filter { $0.metric == metric.key }))
      })
  }

  private static func rows(
    of metrics: [any Metric], by plan: CertificatePlan, draws: Int, threads: Int,
    progress: @escaping (CertificateProgress) -> Void
  ) throws -> [Row] {
    let total = plan.parts.reduce(0) { $0 + $1.checks.count } * draws
    var (done, name) = (0, "")
    func tell() { progress(CertificateProgress(done: done, total: total, check: name)) }
    var rows: [Row] = []
    for part in plan.parts {
      let bench = Bench(part.population, draws: draws, threads: threads) {
        done += 1
        tell()
      }
      for check in part.checks {
        name = check.name
        tell()
        let asked = metrics.filter { $0.question.map(check.asks) ?? false }
        let findings = try check.findings(of: asked, on: bench)
        rows += findings.map {
          Row(
            metric: $0.metric, check: check.name, kind: check.kind, data: part.population.name,
            outcome: $0.outcome, seen: $0.seen, expected: $0.expected, cases: $0.cases)
        }
      }
    }
    return rows
  }

  /// How far a metric with these rows can be trusted.
  package static func trust(_ rows: [Row]) -> Trust {
    guard rows.contains(where: { $0.outcome != .notApplicable }) else { return .unknown }
    let failed = Set(rows.filter { $0.outcome == .failed }.map(\.kind))
    if failed.isEmpty { return .trusted }
    return failed.isDisjoint(with: [.purpose, .falseAlarms]) ? .withCare : .no
  }
}

/// How far a certificate is.
package struct CertificateProgress: Sendable {
  /// Number of draws that are done, and of all: those of every check on every population.
  package let done, total: Int
  /// The check that is being made.
  package let check: String
}
