internal import Files
/// The place and size of the samples in a sound file, as its header claims. The claim is checked against
/// the file, since libsndfile reads a truncated file without an error.
struct SoundExtent: Equatable {
  /// The place of the size in the header.
  struct Field: Equatable {
    let offset: Int
    let byteCount: Int
    let isBigEndian: Bool
    /// Bytes that the number counts in addition to the samples.
    var extra = 0

    /// A size as the bytes of this field.
    func bytes(_ number: Int) -> [UInt8] {
      let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: (number + extra) >> (8 * $0)) }
      return isBigEndian ? bytes.reversed() : bytes
    }
  }

  /// Offset of the samples in the file.
  let start: Int
  /// Bytes of samples that the header claims, or a number that stands for an unknown size.
  let claim: Int
  /// Place of the claim, in formats that programs write to a pipe before they know it.
  var field: Field?
  /// True where chunks follow in the place of the samples, so that a size of 0 is meant.
  var isFollowedByChunks = false

  /// True where the claim is a placeholder by a program that cannot go back to its header: 0 in front of
  /// samples, or the most that the field can hold, with or without its sign, less some bytes of header.
  func isStreamed(available: Int) -> Bool {
    guard let field else { return false }
    if claim <= 0 { return available > 0 && !isFollowedByChunks }
    guard claim > available else { return false }
    return field.byteCount == 8
      ? claim >= 1 << 62
      : (0x7FFF_0000...0x8000_FFFF).contains(claim) || claim >= 0xFFFF_0000 - field.extra
  }

  /// Reads the header of any container that states a size.
  ///
  /// - Returns: Nil for others: IRCAM, PVF and PAF go on to the end of the file, and compressed formats
  ///   state no bytes.
  /// - Throws: `FileError` if the file cannot be read.
  init?(_ file: borrowing FileReader) throws {
    let start = try file.bytes(upTo: 64)
    for kind in [Self.chunked, Self.fixed, Self.blocks] {
      if let found = try kind(file, start) {
        self = found
        return
      }
    }
    return nil
  }

  init(start: Int, claim: Int, field: Field? = nil, isFollowedByChunks: Bool = false) {
    (self.start, self.claim, self.field) = (start, claim, field)
    self.isFollowedByChunks = isFollowedByChunks
  }
}
