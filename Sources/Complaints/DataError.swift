/// An error in the data: the file, what was expected and what was found.
public struct DataError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file or folder as it was given, or `shapes` for the built-in data.
  public let file: String
  /// One sentence without the file's name, such as "expected …, found …".
  public let problem: String
  /// True where the file may be sound, but there is no memory for what it holds.
  public let isShortage: Bool

  /// Creates an error about `file`; see the properties.
  public init(file: String, problem: String, isShortage: Bool = false) {
    self.file = file
    self.problem = problem
    self.isShortage = isShortage
  }

  /// The file and the problem on one line.
  public var description: String { "\(file): \(problem)" }
}
