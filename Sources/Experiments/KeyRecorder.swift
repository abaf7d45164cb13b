/// Collects the keys that the sections of an experiment read, in the order read.
final class KeyRecorder {
  /// What was read, a key of several entries of a list once for each.
  private(set) var readings: [KeyReading] = []

  func add(_ reading: KeyReading) { readings.append(reading) }
}

/// One reading of a key.
struct KeyReading {
  /// The dotted key, with `[]` for any entry of a list and a word in `<>` for a name that the user chooses.
  let key: String
  /// The values that are valid, in words.
  let expected: String
  /// The default; `none` where the key may be left out without one, empty for a section, and else `required`.
  let standard: String
  /// Where the key has an effect.
  let when: Applicability
  /// What the key says, in words.
  let meaning: String
}

extension YAMLValue {
  /// A default as a reference shows it: on one line without quotes, with `none` for null and short numbers.
  var shortText: String {
    switch self {
    case .null: "none"
    case .number(let number): number.plain
    case .text(let text): text
    case .list(let values): "[" + values.map(\.shortText).joined(separator: ", ") + "]"
    default: flowText
    }
  }
}
