/// A place where something was written: a line of a file, or a `--set` option of the command line.
public struct SourcePlace: Sendable, Equatable {
  /// The file as the user named it, or `--set KEY=VALUE`.
  public var file: String
  /// Line in the file, counted from 1; nil where there are no lines.
  public var line: Int?
  /// The arm of an ablation whose setting stands there; nil for a setting of the whole experiment.
  public var arm: String?

  /// Names a place.
  public init(file: String, line: Int? = nil, arm: String? = nil) {
    self.file = file
    self.line = line
    self.arm = arm
  }
}

extension SourcePlace: CustomStringConvertible {
  /// `digits.yaml:14`, or the file alone.
  public var description: String { line.map { "\(file):\($0)" } ?? file }
}

/// An error in something that the user wrote: the place, what was expected and what was found.
public struct InputError: Error, Equatable, CustomStringConvertible {
  /// The three forms that a complaint takes.
  public enum Problem: Sendable, Equatable {
    /// A value other than the one expected, with the nearest valid one for a typo.
    case value(expected: String, found: String, suggestion: String?)
    /// A key that nothing reads, with the nearest valid one for a typo and all there are.
    case unknownKey(suggestion: String?, valid: [String])
    /// Anything else, in words.
    case message(String)
  }

  /// The place where it was written.
  public var place: SourcePlace
  /// The dotted key, such as `dropout.0.rate`; nil when the whole file is meant.
  public var key: String?
  /// The complaint, in one of its three forms.
  public var problem: Problem

  /// Makes an error of any form.
  public init(_ place: SourcePlace, key: String? = nil, problem: Problem) {
    self.place = place
    self.key = key
    self.problem = problem
  }

  /// Makes the error of an unexpected value.
  public init(
    _ place: SourcePlace, key: String? = nil, expected: String, found: String,
    suggestion: String? = nil
  ) {
    self.init(
      place, key: key,
      problem: .value(expected: expected, found: found, suggestion: suggestion))
  }

  /// Makes an error in words.
  public init(_ place: SourcePlace, key: String? = nil, _ message: String) {
    self.init(place, key: key, problem: .message(message))
  }

  /// Makes the error of a key that nothing reads.
  ///
  /// - Parameters:
  ///   - key: The dotted key as written.
  ///   - valid: The names that its last component could have had.
  public init(_ place: SourcePlace, unknownKey key: String, valid: [String]) {
    let name = key.split(separator: ".").last.map(String.init) ?? key
    self.init(
      place, key: key,
      problem: .unknownKey(suggestion: nearestName(to: name, among: valid), valid: valid))
  }

  /// The error as one line: `digits.yaml:14: dropout.0.rate: expected …, found …`.
  public var description: String {
    "\(place): \(reason)"
  }

  /// The error without its place, such as `dropout.0.rate: expected …, found …`, behind the arm if it is about one.
  public var reason: String { (place.arm.map { "arm \($0): " } ?? "") + complaint }

  private var complaint: String {
    switch problem {
    case .value(let expected, let found, let suggestion):
      return keyPrefix + "expected \(expected), found \(found)" + suggestionText(suggestion)
    case .unknownKey(let suggestion, let valid):
      let list = valid.isEmpty ? "" : " (valid: \(valid.joined(separator: ", ")))"
      return "unknown key \(key ?? "")" + suggestionText(suggestion) + list
    case .message(let text):
      return keyPrefix + text
    }
  }

  private var keyPrefix: String { key.map { "\($0): " } ?? "" }

}
