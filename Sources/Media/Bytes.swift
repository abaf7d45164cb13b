package import Files

/// The big-endian 32-bit number at `offset`.
package func bigEndian(_ bytes: [UInt8], _ offset: Int) -> Int {
  bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
}

/// Bytes as errors show them, such as `89 50 4e 47`.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

extension [UInt8] {
  /// True where the bytes of a text stand at an offset.
  package func has(_ text: String, at offset: Int) -> Bool {
    offset <= count && self[offset...].starts(with: text.utf8)
  }
}

extension FileReader {
  /// Reads a number of at most 8 bytes; nil where it would reach beyond the end of the file. A number of 8
  /// bytes is signed, shorter ones are not.
  package borrowing func number(at offset: Int, count: Int, bigEndian: Bool) throws -> Int? {
    guard offset >= 0, offset <= size - count else { return nil }
    let bytes = try bytes(at: offset, upTo: count)
    let word = (bigEndian ? bytes : bytes.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(truncatingIfNeeded: word)
  }
}
