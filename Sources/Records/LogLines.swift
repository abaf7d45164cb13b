internal import Files
public import Foundation

/// Reads `log.jsonl`; see `LogWriter`.
public enum LogLines {
  /// The finite values of one name, in the order of the lines; lines without one are left out.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  public static func values(
    of name: String, in file: URL
  ) throws -> [(step: Int, value: Double)] {
    try lines(of: file).compactMap { line in
      line[name].flatMap { $0.isFinite ? (line.step, $0) : nil }
    }
  }

  /// The steps of all lines, in their order.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  public static func steps(in file: URL) throws -> [Int] { try lines(of: file).map(\.step) }

  private static func lines(of file: URL) throws -> [LogLine] {
    guard let data = try readFile(file) else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap { LogLine(reading: $0) }
  }
}
