extension MetricResults {
  /// `{"sizes": {…}, "features": "…", "values": {KEY: {"value": …, "null": …, "copies": …, "planted": …, …}}}`.
  ///
  /// - Parameter features: The name of the space that the features are of.
  public func document(features: String) -> MetricDocument {
    MetricDocument(sizes: sizes, features: features, entries: entries)
  }
}

/// Results as they are is written to JSON.
public struct MetricDocument: Encodable, Sendable {
  private enum CodingKeys: CodingKey {
    case sizes, features, values
  }

  private let sizes: any Encodable & Sendable
  private let features: String?
  private let entries: [MetricEntry]

  /// Collects what was measured.
  ///
  /// - Parameters:
  ///   - sizes: Numbers of examples, an object in JSON.
  ///   - features: The name of the space that distances are of; nil without one.
  public init(sizes: any Encodable & Sendable, features: String?, entries: [MetricEntry]) {
    (self.sizes, self.features, self.entries) = (sizes, features, entries)
  }

  /// Writes `sizes`, `features` and `values`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try sizes.encode(to: container.superEncoder(forKey: .sizes))
    try container.encodeIfPresent(features, forKey: .features)
    try container.encode(EntriesByKey(entries: entries), forKey: .values)
  }
}

/// Entries as an object with their keys.
struct EntriesByKey: Encodable, Sendable {
  let entries: [MetricEntry]

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for entry in entries { try container.encode(entry, forKey: Name(entry.key)) }
  }
}

/// A key that is only known when it is written.
private struct Name: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

extension MetricEntry: Encodable {
  /// Writes an object; numbers that are not finite are null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    func put(_ number: Double?, _ name: String) throws {
      try container.encode(number.flatMap { $0.isFinite ? $0 : nil }, forKey: Name(name))
    }
    try put(value?.value, "value")
    for control in Control.allCases { try put(controls[control]?.value, control.rawValue) }
    for (name, number) in value?.extra ?? [:] { try put(number, name) }
    for (name, numbers) in value?.extraTables ?? [:] {
      try container.encode(numbers, forKey: Name(name))
    }
    if aspect == .memorization {
      try put(value?.spread, "spread")
      try put(controls[.null]?.spread, "null_spread")
    }
    try container.encode(aspect, forKey: Name("aspect"))
    if let better { try container.encode(better, forKey: Name("better")) }
    if !word.isEmpty { try container.encode(word, forKey: Name("word")) }
    if let isInformative { try container.encode(isInformative, forKey: Name("informative")) }
    if let reason { try container.encode(reason, forKey: Name("reason")) }
    if let warning = value?.warning { try container.encode(warning, forKey: Name("warning")) }
  }
}
