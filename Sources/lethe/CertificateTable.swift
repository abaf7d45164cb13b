internal import Certificate
internal import Foundation
internal import Metrics
internal import Scores

/// A certificate as tables for people: one row for each metric and one column for each check, and below them what was seen
/// where a check failed.
struct CertificateTable {
  private let certificate: Certificate
  private let metrics: [any Metric]
  /// The names of the checks that were made, in their own order.
  private let checks: [String]

  init(_ certificate: Certificate, metrics: [any Metric]) {
    self.certificate = certificate
    self.metrics = metrics
    let made = Set(certificate.rows.map(\.check))
    checks = CheckCatalogue.all.map(\.name).filter(made.contains)
  }

  /// The tables, with the failures below.
  var text: String {
    var lines = ["\(certificate.data); \(certificate.draws) draws", ""]
    for aspect in [MetricAspect.fidelity, .diversity, .memorization] {
      let chosen = metrics.filter { $0.aspect == aspect }
      if chosen.isEmpty { continue }
      let keys = chosen.map(\.key) + (aspect == .memorization ? [Finding.anyMetric] : [])
      lines += section(aspect, keys)
    }
    return (lines + failures + [Self.legend]).joined(separator: "\n")
  }

  private static let legend = """
    ✓ passed, ✗ failed, 2/6 passed on two of six data sets, – not asked or without a value; trusted: passes all;
    with care: sees what it is for and accuses nobody, but its values are not comparable as the failed checks say
    """

  private func section(_ aspect: MetricAspect, _ keys: [String]) -> [String] {
    let columns = checks.filter { check in
      keys.contains { key in rows(key, check).contains { $0.outcome != .notApplicable } }
    }
    let numbers = columns.indices.map { String($0 + 1) }
    let names = zip(numbers, columns).map { "\($0) \($1)" }
    let body = keys.map { key in
      [key] + columns.map { cell(rows(key, $0)) }
        + [certificate.trust[key].map(Self.word) ?? ""]
    }
    return [table(["\(aspect)"] + numbers + [""], body) + names.joined(separator: ", "), ""]
  }

  private static func word(_ trust: Certificate.Trust) -> String {
    switch trust {
    case .trusted, .withCare: trust.rawValue
    case .no: "not trusted"
    case .unknown: "not known"
    }
  }

  private func rows(_ metric: String, _ check: String) -> [Certificate.Row] {
    certificate.rows.filter { $0.metric == metric && $0.check == check }
  }

  private func cell(_ rows: [Certificate.Row]) -> String {
    let judged = rows.filter { $0.outcome != .notApplicable }
    let passed = judged.count { $0.outcome == .passed }
    if judged.isEmpty { return "–" }
    if passed == judged.count { return "✓" }
    return passed == 0 ? "✗" : "\(passed)/\(judged.count)"
  }

  /// One line for each metric and check that it fails, with what was seen on each data set.
  private var failures: [String] {
    let keys = metrics.map(\.key) + [Finding.anyMetric]
    let lines = keys.flatMap { key in checks.compactMap { failure(rows(key, $0)) } }
    return lines.isEmpty ? [] : lines + [""]
  }

  private func failure(_ rows: [Certificate.Row]) -> String? {
    let failed = rows.filter { $0.outcome == .failed }
    guard let first = failed.first else { return nil }
    let places = failed.map { row in
      (rows.count > 1 ? "\(row.data): " : "") + "expected \(row.expected), seen \(row.seen)"
    }
    return "\(first.metric): \(first.check): \(places.joined(separator: "; "))"
  }
}
