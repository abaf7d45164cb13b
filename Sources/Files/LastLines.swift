public import Foundation

/// The end of a text file that may be long and may be growing.
public enum LastLines {
  /// Bytes that are looked at.
  private static let length = 16_384

  /// The last lines that are not empty, the last of which may be half written.
  ///
  /// - Returns: None when there is no such file.
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
