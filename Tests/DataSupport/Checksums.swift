internal import CZlib

/// Corrects the checksum of every complete chunk of a PNG file, so that damage reaches the decoder.
package func repairChecksums(_ bytes: inout [UInt8]) {
  var offset = 8
  while bytes.count - offset >= 12 {
    let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - offset - 12 else { return }
    let sum = crc32_z(0, Array(bytes[offset + 4..<offset + 8 + length]), length + 4)
    for index in 0..<4 {
      bytes[offset + 8 + length + index] = UInt8(truncatingIfNeeded: sum >> UInt(24 - 8 * index))
    }
    offset += 12 + length
  }
}

/// Writes a file compressed with gzip.
package func writeGzip(_ bytes: [UInt8], to path: String) {
  let file = gzopen(path, "wb")
  gzwrite(file, bytes, UInt32(bytes.count))
  gzclose(file)
}
