internal import Files
public import Foundation

/// Reads `log.jsonl`; see `LogWriter`.
public enum LogLines {
  /// The values of one name, in the order of the steps; lines without it are left out.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  public static func values(
    of name: String, in file: URL
  ) throws -> [(step: Int, value: Double)] {
    guard let data = try readFile(file) else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any],
        let step = object["step"] as? Int, let value = (object[name] as? NSNumber)?.doubleValue
      else { return nil }
      return (step, value)
    }
  }

  /// The steps of all lines, in their order.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  public static func steps(in file: URL) throws -> [Int] {
    guard let data = try readFile(file) else { return [] }
    return data.split(separator: UInt8(ascii: "\n")).compactMap(step)
  }

  /// The step of a line; nil for a line that is none.
  static func step(of line: Foundation.Data) -> Int? {
    (try? JSONDecoder().decode(Line.self, from: Foundation.Data(line)))?.step
  }

  private struct Line: Decodable {
    let step: Int
  }
}
