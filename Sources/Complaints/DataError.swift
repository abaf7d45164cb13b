/// An error in the data: the file, what was expected and what was found.
public struct DataError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file or folder as it was given, or `shapes` for the built-in data.
  public let file: String
  /// One sentence without the file's name, such as "expected …, found …".
  public let problem: String

  /// Creates an error about `file`.
  public init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  /// The file and the problem on one line.
  public var description: String { "\(file): \(problem)" }
}
