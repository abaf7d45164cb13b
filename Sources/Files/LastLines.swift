public import Foundation

/// The end of a text file that may be long and may be growing.
public enum LastLines {
  /// Number of bytes at the end that are read.
  private static let length = 16_384

  /// The last lines that are not empty. The very last one may be half written.
  ///
  /// - Returns: At most `count` lines; none when the file cannot be read.
  public static func of(_ file: URL, count: Int) -> [String] {
    do {
      let file = try FileReader(file.path)
      let end = try file.bytes(at: max(0, file.size - length), upTo: length)
      return String(decoding: end, as: UTF8.self).split(whereSeparator: \.isNewline)
        .suffix(count).map(String.init)
    } catch {
      return []
    }
  }
}
