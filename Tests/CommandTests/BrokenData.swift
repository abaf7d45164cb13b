import CZlib
import Foundation

/// Makes files like those that broken programs and interrupted transfers leave.
enum BrokenData {
  /// A `.npy` file of version 1.
  static func npy(_ type: String, _ shape: String, fortran: Bool = false, _ data: [UInt8]) -> Data {
    var header =
      "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    return Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + data)
  }

  /// An 8-bit grey PNG whose header claims `side` rows and which holds `rows`.
  static func png(side: Int, rows: Int, shade: UInt8 = 0) -> Data {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let header = bigEndian(side) + bigEndian(side) + [8, 0, 0, 0, 0]
    return Data(
      signature + chunk("IHDR", header)
        + chunk(
          "IDAT", stored((0..<rows).flatMap { _ in [0] + [UInt8](repeating: shade, count: side) }))
        + chunk("IEND", []))
  }

  /// The header of a JPEG, and nothing behind it.
  static func jpeg(side: Int, components: UInt8) -> Data {
    let extent = [UInt8(side >> 8), UInt8(side & 0xFF)]
    var bytes: [UInt8] = [0xFF, 0xD8, 0xFF, 0xC0, 0, 8 + 3 * components, 8]
    bytes += extent + extent + [components]
    for component in 1...components { bytes += [component, 0x11, 0] }
    return Data(bytes)
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(crc32(0, body, UInt32(body.count))))
  }

  /// A zlib stream of one uncompressed block.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    let sizes = [length, ~length].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    return [0x78, 0x01, 0x01] + sizes + bytes
      + bigEndian(Int(adler32(1, bytes, UInt32(bytes.count))))
  }
}
