/// A model or a dropout entry that cannot be built as asked.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// The subject: a setting's dotted path (`dropout.0.rate`) or a layer's address.
  public let what: String
  /// The values or things that would have been accepted.
  public let expected: String
  /// The value or thing that was given.
  public let found: String

  /// An error about `what`.
  public init(_ what: String, expected: String, found: String) {
    self.what = what
    self.expected = expected
    self.found = found
  }

  /// One line: `what: expected …, found …`.
  public var description: String { "\(what): expected \(expected), found \(found)" }

  /// Throws an error about `what` unless `condition` holds.
  package static func require(
    _ condition: Bool, _ what: @autoclosure () -> String, expected: @autoclosure () -> String,
    found: @autoclosure () -> String
  ) throws {
    if !condition { throw ModelError(what(), expected: expected(), found: found()) }
  }
}
