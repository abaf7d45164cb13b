internal import Complaints
internal import Foundation
internal import Records
internal import Statistics

/// One metric of `metrics.json`.
struct MetricReading: Sendable {
  /// What it is asked for, in the order of the report.
  enum Aspect: String, Sendable, CaseIterable {
    case diversity, memorization, performance, robustness, fidelity, uncertainty, mechanism
  }

  /// All its numbers by name, `value` and the controls among them; those of inner tables as `table_name`.
  let numbers: [String: Double]
  let aspect: Aspect
  /// Whether more is better; nil where neither is.
  let higherIsBetter: Bool?
  /// Whether it notices planted copies in these data; nil where that is not asked.
  let isInformative: Bool?
  /// Why there is no value.
  let reason: String?
  let warning: String?
  /// What the value says beside its controls; nil where nothing.
  let word: String?

  var value: Double? { numbers["value"] }

  /// - Throws: `InputError` for a number too large to be compared.
  fileprivate init(_ entry: [String: Any], _ key: String, _ place: SourcePlace) throws {
    var numbers: [String: Double] = [:]
    func put(_ member: Any, _ name: String, _ path: String) throws {
      guard let number = (member as? NSNumber)?.doubleValue else { return }
      guard abs(number) <= largestNumber else {
        throw InputError(
          place, key: "\(key).\(path)",
          expected: "a number of at most \(largestNumber) in size", found: "\(number)")
      }
      numbers[name] = number
    }
    for (name, member) in entry.sorted(by: { $0.key < $1.key }) where name != "informative" {
      if let inner = member as? [String: Any] {
        for (part, number) in inner.sorted(by: { $0.key < $1.key }) {
          try put(number, "\(name)_\(part)", "\(name).\(part)")
        }
      } else {
        try put(member, name, name)
      }
    }
    self.numbers = numbers
    aspect = (entry["aspect"] as? String).flatMap(Aspect.init) ?? .fidelity
    isInformative = (entry["informative"] as? NSNumber)?.boolValue
    reason = entry["reason"] as? String
    warning = entry["warning"] as? String
    word = entry["word"] as? String
    higherIsBetter =
      switch entry["better"] as? String {
      case "higher": true
      case "lower": false
      default: nil
      }
  }

}

/// What `metrics.json` says.
struct TrialReadings: Sendable {
  /// By key.
  var metrics: [String: MetricReading] = [:]
  /// Nil where the samples are as varied as they should be, or where that was not measured.
  var collapse: Collapse?

  /// Samples that are a few different ones again and again.
  struct Collapse: Sendable, Equatable, Encodable {
    /// Different samples, and samples that were looked at.
    let distinct, of: Int

    /// `3 distinct samples in 500`.
    var text: String { "\(distinct) distinct sample\(distinct == 1 ? "" : "s") in \(of)" }
  }

  /// Reads the file.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: `InputError` for something else.
  static func read(_ url: URL) throws -> TrialReadings? {
    guard let data = try? Data(contentsOf: url) else { return nil }
    guard let document = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let values = document["values"] as? [String: Any]
    else {
      throw InputError(
        SourcePlace(file: url.lastPathComponent), expected: "the metrics of a trial",
        found: "something else")
    }
    let place = SourcePlace(file: url.lastPathComponent)
    let sizes = document["sizes"] as? [String: Any] ?? [:]
    var readings = TrialReadings()
    if sizes["collapsed"] as? Bool == true, let distinct = sizes["distinct_generated"] as? Int,
      let of = sizes["distinct_of"] as? Int
    {
      readings.collapse = Collapse(distinct: distinct, of: of)
    }
    readings.metrics = try values.sorted { $0.key < $1.key }.reduce(into: [:]) { readings, member in
      guard let entry = member.value as? [String: Any] else { return }
      readings[member.key] = try MetricReading(entry, "values.\(member.key)", place)
    }
    return readings
  }
}
