internal import Complaints

/// A plain value of an experiment file, such as a dropout variant's own option.
public indirect enum YAMLValue: Sendable, Equatable {
  /// `null`, `~` or nothing.
  case null
  /// `true` or `false`.
  case flag(Bool)
  /// A whole number without point or exponent.
  case integer(Int)
  /// Any other finite number.
  case number(Double)
  /// Anything else, and everything in quotes.
  case text(String)
  /// A list.
  case list([YAMLValue])
  /// A mapping, in the order written.
  case mapping([Pair])

  /// One key of a mapping with its value.
  public struct Pair: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: YAMLValue

    /// Pairs a key with its value.
    public init(_ key: String, _ value: YAMLValue) {
      self.key = key
      self.value = value
    }
  }
}

// MARK: Writing

// Written here and not by Yams because a trial's identity is a hash of this text: it must never
// change with a library's version.
extension YAMLValue {
  /// The value on one line, as it may stand behind `--set key=`.
  public var flowText: String {
    switch self {
    case .null: "null"
    case .flag(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .text(let value): Self.isPlain(value) ? value : jsonQuoted(value)
    case .list(let values): "[" + values.map(\.flowText).joined(separator: ", ") + "]"
    case .mapping(let pairs): "{" + pairs.map(\.flowText).joined(separator: ", ") + "}"
    }
  }

  /// The value as JSON on one line.
  var jsonText: String {
    switch self {
    case .null, .flag, .integer, .number: flowText
    case .text(let value): jsonQuoted(value)
    case .list(let values): "[" + values.map(\.jsonText).joined(separator: ", ") + "]"
    case .mapping(let pairs):
      "{" + pairs.map { "\(jsonQuoted($0.key)): \($0.value.jsonText)" }.joined(separator: ", ")
        + "}"
    }
  }

  /// A mapping over several lines: nested mappings are indented, lists of mappings have a line for each
  /// entry, and all other values stand on one line.
  var blockText: String { lines(indent: "").joined(separator: "\n") + "\n" }

  private func lines(indent: String) -> [String] {
    guard case .mapping(let pairs) = self, !pairs.isEmpty else { return [indent + flowText] }
    return pairs.flatMap { pair -> [String] in
      switch pair.value {
      case .mapping(let inner) where !inner.isEmpty:
        return [indent + pair.keyText + ":"] + pair.value.lines(indent: indent + "  ")
      case .list(let values) where values.contains(where: \.isMapping):
        return [indent + pair.keyText + ":"] + values.map { "\(indent)  - \($0.flowText)" }
      default:
        return [indent + pair.flowText]
      }
    }
  }

  private var isMapping: Bool { if case .mapping = self { true } else { false } }

  /// True if a text reads back as itself without quotes, in YAML 1.1 as well as in 1.2.
  fileprivate static func isPlain(_ text: String) -> Bool {
    let reserved = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    guard let first = text.utf8.first, !reserved.contains(text.lowercased()) else { return false }
    let isLetter = { (byte: UInt8) in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    return isLetter(first)
      && text.utf8.allSatisfy {
        isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || "_-./".utf8.contains($0)
      }
  }
}

extension YAMLValue.Pair {
  fileprivate var keyText: String { YAMLValue.isPlain(key) ? key : jsonQuoted(key) }
  fileprivate var flowText: String { "\(keyText): \(value.flowText)" }
}
