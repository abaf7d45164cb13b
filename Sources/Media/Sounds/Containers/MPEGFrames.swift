internal import Files
internal import Complaints

/// The frames of an MP3 file. It is a stream without a length, unless its first frame is a Xing frame that
/// counts the others.
///
/// Source: ISO/IEC 11172-3, 2.4.1.3 and 2.4.2.3; ISO/IEC 13818-3, 2.4.1.3; ID3v2.4.0, section 3.1; Xing's frame as of
/// LAME's `VbrTag.c`.
struct MPEGFrames {
  /// True where the first frame counts the frames; otherwise libsndfile only guesses the file's length.
  let isCounted: Bool

  /// The 4 bytes at the start of a frame.
  private struct Header {
    /// Bytes of the whole frame, header included.
    let byteCount: Int
    /// Bytes between this header and Xing's, if that is there.
    let sideCount: Int
    /// Bits that are the same in all frames of a stream: version, layer and sample rate.
    let kind: [UInt8]

    init?(_ bytes: [UInt8]) {
      guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
      let (version, layer) = (bytes[1] >> 3 & 3, bytes[1] >> 1 & 3)
      let (rate, sampleRate) = (Int(bytes[2] >> 4), Int(bytes[2] >> 2 & 3))
      guard version != 1, layer != 0, (1...14).contains(rate), sampleRate < 3 else { return nil }
      let isFirst = version == 3
      let hertz = [44_100, 48_000, 32_000][sampleRate] >> (isFirst ? 0 : version == 2 ? 1 : 2)
      let bits = Self.kilobits(isFirst, layer)[rate] * 1000
      let padding = Int(bytes[2] >> 1 & 1)
      byteCount =
        layer == 3
        ? (12 * bits / hertz + padding) * 4
        : (layer == 1 && !isFirst ? 72 : 144) * bits / hertz + padding
      let isMono = bytes[3] >> 6 == 3
      sideCount = isFirst ? (isMono ? 17 : 32) : (isMono ? 9 : 17)
      kind = [bytes[1] & 0xFE, bytes[2] & 0x0C]
    }

    /// Thousands of bits a second, by the index in the header.
    private static func kilobits(_ isFirst: Bool, _ layer: UInt8) -> [Int] {
      switch (isFirst, layer) {
      case (true, 3): [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448]
      case (true, 2): [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
      case (true, _): [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
      case (false, 3): [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256]
      case (false, _): [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
      }
    }
  }

  /// Bytes after the tags within which the first frame must start.
  private static let searchLimit = 1 << 16

  /// Reads the first frame and, if it has no count, follows the frames to the last.
  ///
  /// - Throws: `DataError` for a file without a count that ends within a frame.
  init(_ file: borrowing FileReader) throws {
    let start = try Self.firstFrame(file)
    guard let start, let header = Header(try file.bytes(at: start, upTo: 4)) else {
      isCounted = false
      return
    }
    let tag = try file.bytes(at: start + 4 + header.sideCount, upTo: 8)
    // The lowest bit of the flags says that the number of frames follows.
    isCounted =
      (tag.has("Xing", at: 0) || tag.has("Info", at: 0)) && tag.count == 8 && tag[7] & 1 == 1
    if !isCounted { try Self.checkEnd(file, from: start, header.kind) }
  }

  /// Offset of the first frame after the tags: one that another frame or the end of the file follows.
  private static func firstFrame(_ file: borrowing FileReader) throws -> Int? {
    var start = 0
    while true {
      let tag = try file.bytes(at: start, upTo: 10)
      guard tag.count == 10, tag.has("ID3", at: 0) else { break }
      let size = tag[6...9].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
      start += 10 + size + (tag[5] & 0x10 != 0 ? 10 : 0)
    }
    let bytes = try file.bytes(at: start, upTo: searchLimit)
    for offset in bytes.indices where bytes[offset] == 0xFF {
      guard let header = Header(Array(bytes[offset...].prefix(4))) else { continue }
      let next = start + offset + header.byteCount
      let isLast = next == file.size
      let follower = isLast ? nil : Header(try file.bytes(at: next, upTo: 4))
      if isLast || follower?.kind == header.kind { return start + offset }
    }
    return nil
  }

  /// Follows frames until something else comes, such as a tag, which is no error.
  private static func checkEnd(
    _ file: borrowing FileReader, from start: Int, _ kind: [UInt8]
  ) throws {
    var offset = start
    while let header = Header(try file.bytes(at: offset, upTo: 4)), header.kind == kind {
      guard offset + header.byteCount <= file.size else {
        throw DataError(
          file: file.path,
          problem: "truncated: expected a frame of \(header.byteCount) bytes at byte \(offset), "
            + "found \(file.size - offset)")
      }
      offset += header.byteCount
    }
  }
}
