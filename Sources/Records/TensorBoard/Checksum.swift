/// The CRC-32C checksum in the form that TFRecord files keep it.
///
/// Source: RFC 3720 §12.1 (the polynomial); TensorFlow's `lib/hash/crc32c.h` (the mask).
package enum Checksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
  }

  /// The plain checksum.
  package static func crc32c(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
  }

  /// The checksum, rotated and with a constant added. A plain checksum of data that hold checksums would be weak.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = crc32c(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}
