internal import Complaints

/// A segment of a JPEG file: a marker, and where the data behind it lie.
///
/// Source: ITU-T T.81, §B.1.1.
struct JPEGSegment {
  /// Reads some bytes of a file from an offset, fewer where it ends.
  typealias Reading = (_ offset: Int, _ count: Int) throws -> [UInt8]

  /// The second byte of the marker, of which the first is 0xFF.
  let marker: UInt8
  /// Offset of the data in the file.
  let start: Int
  /// Count of the data's bytes.
  let count: Int

  /// Offset of the segment that follows.
  var end: Int { start + count }

  /// Finds the segment at an offset.
  ///
  /// - Throws: `DataError` where there is none: the file ends, or its bytes are damaged.
  init(at offset: Int, file: String, bytes: Reading) throws {
    var offset = offset
    while true {
      let head = try bytes(offset, 4)
      guard head.count == 4 else {
        throw DataError(
          file: file,
          problem: "truncated: expected the size of the picture, found the end of the file")
      }
      guard head[0] == 0xFF, head[1] > 0x01, !(0xD0...0xD9).contains(head[1]) else {
        throw DataError(
          file: file,
          problem: "damaged: expected a segment at byte \(offset), found \(hexadecimal(head[..<2]))"
        )
      }
      // A marker may have any number of bytes 0xFF before it.
      if head[1] == 0xFF {
        offset += 1
        continue
      }
      let length = Int(head[2]) << 8 | Int(head[3])
      guard length >= 2 else {
        throw DataError(
          file: file,
          problem: "damaged: expected a length of at least 2 at byte \(offset + 2), found \(length)"
        )
      }
      (marker, start, count) = (head[1], offset + 4, length - 2)
      return
    }
  }

  /// Reads the data; fewer bytes than `count` where the file ends.
  func data(_ bytes: Reading) throws -> [UInt8] { try bytes(start, count) }
}
