internal import Complaints
internal import Files

/// A broken file that was left out.
public struct SkippedFile: Sendable, Equatable, Codable {
  /// The file's path.
  public let file: String
  /// What is wrong with it.
  public let problem: String

  /// Tells of a file what its error says.
  ///
  /// - Returns: Nil for errors that are not about a file.
  public init?(_ error: any Error) {
    switch error {
    case let error as DataError: (file, problem) = (error.file, error.problem)
    case let error as FileError: (file, problem) = (error.path, error.reason)
    default: return nil
    }
  }

  init(file: String, problem: String) { (self.file, self.problem) = (file, problem) }
}

extension DataError {
  /// All files are broken, so that skipping them leaves nothing.
  ///
  /// - Parameter source: The folder or file that was asked for.
  static func allBroken(_ source: String, _ skipped: [SkippedFile]) -> DataError {
    let example = skipped.first.map { ", the first \($0.file): \($0.problem)" } ?? ""
    return DataError(
      file: source,
      problem: "expected at least one readable file, found \(skipped.count) broken ones\(example)")
  }
}
