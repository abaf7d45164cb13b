/// A key of the experiment file, in words.
public struct KeyDescription: Sendable, Equatable {
  /// The dotted key, with `[]` for any entry of a list and a word in `<>` for a name that the user chooses, such as
  /// `dropout[].rate` and `ablation.placements.<name>`.
  public let key: String
  /// The values that are valid, with their range.
  public let expected: String
  /// The default: `required` where there must be a value, `none` where there need not be one, and empty for a mapping
  /// whose keys have defaults.
  public let standard: String
  /// The families of models that have the key, `external` for those that another program trains; empty for all that
  /// have the section around it.
  public let families: [String]
  /// Other conditions, all of which must hold for the key to have an effect, such as `for images`.
  public let uses: [String]
  /// What the key says: a phrase without a full stop.
  public let meaning: String

  /// Where the key has an effect, such as `for gan and vae; for images`; empty for everywhere in its section.
  public var only: String {
    ((families.isEmpty ? [] : ["for " + inWords(families)]) + uses).joined(separator: "; ")
  }

  /// The names of the sections that the key is in, and its own.
  public var parts: [String] { key.split(separator: ".").map(String.init) }
}

/// Words as a list: `a`, `a and b`, `a, b and c`.
func inWords(_ words: [String]) -> String {
  guard words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
}
