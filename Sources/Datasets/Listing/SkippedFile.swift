internal import Complaints
internal import Files

/// A broken file that was left out.
public struct SkippedFile: Sendable, Equatable, Codable {
  /// The file's path.
  public let file: String
  /// Problem with the file, as its error states it.
  public let problem: String

  /// Takes the file and the problem from an error.
  ///
  /// - Returns: Nil for errors that are not about a broken file, a shortage of memory among them.
  public init?(_ error: any Error) {
    switch error {
    case let error as DataError where !error.isShortage:
      (file, problem) = (error.file, error.problem)
    case let error as FileError: (file, problem) = (error.path, error.reason)
    default: return nil
    }
  }

  init(file: String, problem: String) { (self.file, self.problem) = (file, problem) }
}

extension DataError {
  /// The error for files that are all broken, so that skipping them leaves nothing.
  ///
  /// - Parameter source: The folder or file that was asked for.
  static func allBroken(_ source: String, _ skipped: [SkippedFile]) -> DataError {
    let example = skipped.first.map { ", the first \($0.file): \($0.problem)" } ?? ""
    return DataError(
      file: source,
      problem: "expected at least one readable file, found \(skipped.count) broken ones\(example)")
  }
}
