public import Scores

/// One metric in `metrics.json`: its value, the scores of the controls, and what they say of the value.
///
/// In JSON it is one flat object: the controls, and further numbers of the metric such as `p`, stand beside `value` under
/// their own names, further tables such as `orders` as objects.
public struct MetricRecord: Sendable, Equatable {
  /// Aspect of the model that the metric is about.
  public var aspect: MetricAspect
  /// Direction in which a better model moves the value; nil where neither is better, and in files of versions that did
  /// not write it.
  public var better: MetricDirection?
  /// The value found; nil where there is none.
  public var value: Double?
  /// Standard deviation of the value by chance; kept for metrics of memorisation, where it is known.
  public var spread: Double?
  /// Standard deviation of the null control's score by chance; kept like `spread`.
  public var nullSpread: Double?
  /// Scores of the controls that have one.
  public var controls: [Control: Double]
  /// Further numbers, under the names that they have in JSON.
  public var extra: [String: Double]
  /// Further tables of named numbers, by the name of the table.
  public var tables: [String: [String: Double]]
  /// Verdict on the value beside its controls, in a few words; nil where there is none.
  public var word: String?
  /// True where the metric can detect copies in these data; nil where that was not tested.
  public var isInformative: Bool?
  /// Reason why there is no value.
  public var reason: String?
  /// Warning that a reader must know before trusting the value.
  public var warning: String?

  /// Records a score and those of the controls; see the properties.
  public init(
    aspect: MetricAspect, better: MetricDirection?, value: Score?, controls: [Control: Score],
    word: String? = nil, isInformative: Bool? = nil, reason: String? = nil
  ) {
    (self.aspect, self.better, self.word) = (aspect, better, word)
    (self.isInformative, self.reason, warning) = (isInformative, reason, value?.warning)
    self.value = value?.value
    self.controls = controls.mapValues(\.value)
    (extra, tables) = (value?.extra ?? [:], value?.extraTables ?? [:])
    let isOfMemorization = aspect == .memorization
    spread = isOfMemorization ? value?.spread : nil
    nullSpread = isOfMemorization ? controls[.null]?.spread : nil
  }

  /// Path of a number in the object: `["value"]`, or `["orders", "2"]` in a table.
  public typealias Path = [String]

  /// All numbers that are finite, in the order of their paths.
  public var numbers: [(path: Path, value: Double)] {
    var numbers: [(path: Path, value: Double)] = []
    func add(_ path: Path, _ number: Double?) {
      if let number, number.isFinite { numbers.append((path, number)) }
    }
    add([Key.value.rawValue], value)
    add([Key.spread.rawValue], spread)
    add([Key.nullSpread.rawValue], nullSpread)
    for (control, number) in controls { add([control.rawValue], number) }
    for (name, number) in extra { add([name], number) }
    for (name, table) in tables { for (part, number) in table { add([name, part], number) } }
    return numbers.sorted { $0.path.lexicographicallyPrecedes($1.path) }
  }

  /// Name of a number for headings and flat lists: `value`, or `orders_2` for one in a table.
  public static func name(of path: Path) -> String { path.joined(separator: "_") }

  /// Name of the value itself among the numbers.
  public static let valueName = Key.value.rawValue
}

extension MetricRecord: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case value, spread, aspect, better, word, informative, reason, warning
    case nullSpread = "null_spread"
  }

  /// Writes an object. The value, the controls and, for metrics of memorisation, the spreads are written even
  /// where they are null. Numbers that are not finite become null, except that a table may not hold any.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    func put(_ number: Double?, _ name: String) throws {
      try container.encode(number.flatMap { $0.isFinite ? $0 : nil }, forKey: AnyName(name))
    }
    func put(_ value: (some Encodable)?, _ key: Key) throws {
      try container.encodeIfPresent(value, forKey: AnyName(key.rawValue))
    }
    try put(value, Key.value.rawValue)
    for control in Control.allCases { try put(controls[control], control.rawValue) }
    for (name, number) in extra { try put(number, name) }
    for (name, table) in tables { try container.encode(table, forKey: AnyName(name)) }
    if aspect == .memorization {
      try put(spread, Key.spread.rawValue)
      try put(nullSpread, Key.nullSpread.rawValue)
    }
    try put(aspect, .aspect)
    try put(better, .better)
    try put(word, .word)
    try put(isInformative, .informative)
    try put(reason, .reason)
    try put(warning, .warning)
  }

  /// Reads an object. Unknown members are left out, unless they are numbers or tables of numbers.
  public init(from decoder: any Decoder) throws {
    let own = try decoder.container(keyedBy: Key.self)
    aspect = try own.decode(MetricAspect.self, forKey: .aspect)
    better = try own.decodeIfPresent(MetricDirection.self, forKey: .better)
    value = try own.decodeIfPresent(Double.self, forKey: .value)
    spread = try own.decodeIfPresent(Double.self, forKey: .spread)
    nullSpread = try own.decodeIfPresent(Double.self, forKey: .nullSpread)
    // Earlier versions wrote an empty word where there was none.
    let word = try own.decodeIfPresent(String.self, forKey: .word) ?? ""
    self.word = word.isEmpty ? nil : word
    isInformative = try own.decodeIfPresent(Bool.self, forKey: .informative)
    reason = try own.decodeIfPresent(String.self, forKey: .reason)
    warning = try own.decodeIfPresent(String.self, forKey: .warning)
    (controls, extra, tables) = ([:], [:], [:])
    let all = try decoder.container(keyedBy: AnyName.self)
    for key in all.allKeys where Key(rawValue: key.stringValue) == nil {
      if let control = Control(rawValue: key.stringValue) {
        controls[control] = try all.decodeIfPresent(Double.self, forKey: key)
      } else if let number = try? all.decode(Double.self, forKey: key) {
        extra[key.stringValue] = number
      } else if let table = try? all.decode([String: Double].self, forKey: key) {
        tables[key.stringValue] = table
      }
    }
  }
}
