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
}
