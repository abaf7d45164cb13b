internal import Complaints

/// A key of an experiment by the names that lead to it: `train.steps`, and `dropout.0.rate` for an entry of a list.
public struct DottedKey: Hashable, Sendable {
  /// The names, from the outermost section on; at least one, and none empty.
  public let parts: [String]

  /// Reads a key; nil for a text with an empty part.
  public init?(_ text: String) {
    parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
  }

  /// Reads a key that a user wrote.
  ///
  /// - Throws: `InputError` for a text with an empty part.
  init(_ text: String, at place: SourcePlace) throws {
    guard let key = DottedKey(text) else {
      throw InputError(place, "expected a dotted key such as train.steps, found \"\(text)\"")
    }
    self = key
  }

  /// The first name: the outermost section, or a key that is in no section.
  public var section: String { parts[0] }
}

extension DottedKey: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Makes a key from a literal in the program, which must be valid.
  public init(stringLiteral text: String) {
    guard let key = DottedKey(text) else { preconditionFailure("\(text) is no dotted key") }
    self = key
  }

  /// The names with dots between them.
  public var description: String { parts.joined(separator: ".") }
}
