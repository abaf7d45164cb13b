internal import Complaints

/// A broken file that was left out.
public struct SkippedFile: Sendable, Equatable, Codable {
  /// The file's path.
  public let file: String
  /// What is wrong with it.
  public let problem: String

  init(_ error: DataError) {
    file = error.file
    problem = error.problem
  }
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
