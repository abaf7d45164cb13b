public import Foundation

/// The end of a text file that may be long and may be growing.
public enum LastLines {
  /// Bytes that are looked at.
  private static let length: UInt64 = 16_384

  /// The last lines that are not empty, the last of which may be half written.
  ///
  /// - Returns: None when there is no such file.
  public static func of(_ file: URL, count: Int) -> [String] {
    guard let handle = FileHandle(forReadingAtPath: file.path) else { return [] }
    defer { try? handle.close() }
    guard let end = try? handle.seekToEnd(),
      (try? handle.seek(toOffset: end > length ? end - length : 0)) != nil,
      let data = try? handle.readToEnd()
    else { return [] }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      .suffix(count).map(String.init)
  }
}
