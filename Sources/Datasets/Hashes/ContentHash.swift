internal import Media
internal import CZlib

extension ImagePool {
  /// A 64-bit hash of each valid image's pixels, in the order of `valid`.
  ///
  /// Equal images have equal hashes, wherever they come from.
  func contentHashes() -> [UInt64] {
    let byteCount = shape.count * (samples.isFloat ? 4 : 1)
    return samples.withUnsafeBytes { bytes in
      valid.map { ContentHash.of(bytes, from: $0 * byteCount, count: byteCount) }
    }
  }
}

/// A 64-bit hash of bytes that are added in parts, mixed from their CRC-32 and Adler-32.
struct ContentHash {
  private var cyclic: UInt = 0
  private var adler: UInt = 1

  /// The hash of what was added so far.
  var value: UInt64 { splitMix(UInt64(cyclic) << 32 | UInt64(adler)) }

  /// Adds bytes. How they are divided into parts does not change the hash.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    cyclic = crc32_z(cyclic, start, bytes.count)
    adler = adler32_z(adler, start, bytes.count)
  }

  /// The hash of part of a block.
  static func of(_ block: UnsafeRawBufferPointer, from start: Int, count: Int) -> UInt64 {
    var hash = ContentHash()
    hash.add(UnsafeRawBufferPointer(rebasing: block[start..<start + count]))
    return hash.value
  }
}

/// A bijection of 64 bits that spreads every input bit over all output bits.
///
/// Source: G. Steele, D. Lea, C. Flood 2014, "Fast splittable pseudorandom number generators".
func splitMix(_ value: UInt64) -> UInt64 {
  var bits = value &+ 0x9E37_79B9_7F4A_7C15
  bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
  return bits ^ bits >> 31
}

/// Maps a hash to 0..<1.
func unitInterval(_ hash: UInt64) -> Double { Double(hash >> 11) * 0x1p-53 }
