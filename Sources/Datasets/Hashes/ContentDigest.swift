internal import Media
internal import Files
internal import CXXHash

/// A 128-bit hash of data that are added in parts. It is the same on every machine, and two contents have
/// the same hash only if they were made to.
///
/// The length of every part is hashed too, so that the parts "ab", "c" and "a", "bc" have different hashes.
///
/// Source: Y. Collet, XXH3_128bits, https://github.com/Cyan4973/xxHash, `doc/xxhash_spec.md`.
public struct ContentDigest: ~Copyable {
  private let state: OpaquePointer

  /// Starts an empty hash.
  public init() {
    guard let state = XXH3_createState(), XXH3_128bits_reset(state) == XXH_OK else {
      preconditionFailure("no memory for the state of a hash")
    }
    self.state = state
  }

  deinit { XXH3_freeState(state) }

  /// Adds bytes, and how many there are.
  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(bytes.count)
    XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
  }

  /// Adds a text by its bytes in UTF-8.
  public mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Adds numbers, and how many there are.
  public mutating func add(_ numbers: [Int]) {
    add(numbers.count)
    for number in numbers { add(number) }
  }

  /// Adds a number as 8 bytes, little-endian.
  public mutating func add(_ number: Int) {
    withUnsafeBytes(of: Int64(number).littleEndian) {
      _ = XXH3_128bits_update(state, $0.baseAddress, $0.count)
    }
  }

  /// The hash of a file's bytes, added in parts of 1 MiB; 32 hexadecimal digits.
  ///
  /// - Throws: `FileError` if it cannot be read.
  public static func text(ofFile path: String) throws -> String {
    let file = try FileReader(path)
    let part = 1 << 20
    var digest = ContentDigest()
    for offset in stride(from: 0, to: file.size, by: part) {
      try file.bytes(at: offset, upTo: part).withUnsafeBytes { digest.add($0) }
    }
    return digest.text
  }

  /// The hash of what was added so far, 32 hexadecimal digits.
  public var text: String {
    let hash = XXH3_128bits_digest(state)
    return [hash.high64, hash.low64].map { part in
      let digits = String(part, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
