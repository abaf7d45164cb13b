internal import Complaints
internal import CZlib

/// Selects the chunks of a PNG file that libpng is given.
enum PNGChunks {
  /// The same image with only the chunks that define its pixel values: the critical ones and `tRNS`.
  ///
  /// Without `gAMA`, `cHRM`, `sRGB`, `iCCP` and `sBIT`, libpng's simplified interface converts no gamma:
  /// 8-bit values come out as stored, and so do 16-bit values, which it then takes for linear.
  ///
  /// - Throws: `DataError` if a chunk is cut short or has a wrong checksum, or the end is missing.
  static func essential(of bytes: [UInt8], file: String) throws -> [UInt8] {
    var essential = PNGHeader.signature
    essential.reserveCapacity(bytes.count)
    var offset = PNGHeader.signature.count
    while offset < bytes.count {
      guard bytes.count - offset >= 12 else { break }
      let length = bigEndian(bytes, offset)
      let name = String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self)
      guard length <= bytes.count - offset - 12 else {
        throw DataError(
          file: file,
          problem: "truncated: expected \(length) bytes in the chunk \(name) at byte \(offset), "
            + "found \(max(0, bytes.count - offset - 12))")
      }
      let end = offset + 12 + length
      // Bit 5 of the first letter marks chunks that a reader may ignore.
      if bytes[offset + 4] & 0x20 == 0 || name == "tRNS" {
        try checkSum(of: bytes, name: name, at: offset, length: length, file: file)
        essential += bytes[offset..<end]
      }
      if name == "IEND" { return essential }
      offset = end
    }
    throw DataError(
      file: file, problem: "truncated: expected the chunk IEND, found the end of the file")
  }

  private static func checkSum(
    of bytes: [UInt8], name: String, at offset: Int, length: Int, file: String
  ) throws {
    let computed = bytes.withUnsafeBufferPointer { buffer in
      crc32_z(0, buffer.baseAddress.map { $0 + offset + 4 }, length + 4)
    }
    guard Int(computed) == bigEndian(bytes, offset + 8 + length) else {
      throw DataError(
        file: file, problem: "the chunk \(name) at byte \(offset) is damaged: its checksum is wrong"
      )
    }
  }
}
