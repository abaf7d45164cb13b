internal import Files
internal import Complaints

/// The pages of an OGG file. Its header has no length; instead, its last page is marked as the last.
///
/// Source: RFC 3533, section 6.
enum OggPages {
  /// Checks that a file is complete.
  ///
  /// - Throws: `DataError` for a file that ends within a page, or after one that is not marked as the last.
  static func checkEnd(_ file: borrowing FileReader) throws {
    var offset = 0
    var isLast = false
    while offset < file.size {
      let header = try file.bytes(at: offset, upTo: 27)
      guard header.has("OggS", at: 0) || header.count < 4 else { return }
      let segments = header.count == 27 ? Int(header[26]) : 0
      let sizes = try file.bytes(at: offset + 27, upTo: segments)
      let end = offset + 27 + segments + sizes.reduce(0) { $0 + Int($1) }
      guard header.count == 27, sizes.count == segments, end <= file.size else {
        throw DataError(
          file: file.path, problem: "truncated: the file ends within the page at byte \(offset)")
      }
      isLast = header[5] & 4 != 0
      offset = end
    }
    guard isLast else {
      throw DataError(
        file: file.path,
        problem: "truncated: expected a page that is marked as the last, found none")
    }
  }
}
