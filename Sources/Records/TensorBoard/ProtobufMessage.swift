/// The bytes of a protocol buffer message, field by field.
///
/// Source: Protocol Buffers' encoding guide.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ value: Double) {
    key(field, wireType: 1)
    bytes += littleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: Float) {
    key(field, wireType: 5)
    bytes += littleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: Int) {
    key(field, wireType: 0)
    variable(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }

  mutating func add(_ field: Int, _ value: ProtobufMessage) { add(field, value.bytes) }

  mutating func add(_ field: Int, _ value: [UInt8]) {
    key(field, wireType: 2)
    variable(UInt64(value.count))
    bytes += value
  }

  private mutating func key(_ field: Int, wireType: Int) { variable(UInt64(field << 3 | wireType)) }

  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// The bytes of a number, the least significant first.
func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}
