internal import Files
/// Where the samples of a sound file lie, as its header says, so that the claim can be held against the file: libsndfile
/// reads what there is of a file that was cut short, and says nothing.
struct SoundExtent: Equatable {
  /// Where the size is written.
  struct Field: Equatable {
    let offset: Int
    let byteCount: Int
    let isBigEndian: Bool
    /// What the number counts beside the samples.
    var extra = 0

    /// The bytes of a number in this place.
    func bytes(_ number: Int) -> [UInt8] {
      let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: (number + extra) >> (8 * $0)) }
      return isBigEndian ? bytes.reversed() : bytes
    }
  }

  /// Where the samples start.
  let start: Int
  /// Bytes of samples that the header says there are, or a number that stands for an unknown size.
  let claim: Int
  /// Where the claim stands, in formats that programs write to a pipe, without knowing it.
  var field: Field?
  /// Whether what follows the header can be read as parts of the container, so that a size of 0 is true.
  var isFollowedByChunks = false

  /// Whether the claim is what programs write that cannot go back to their header: 0 in front of samples, or the most
  /// that the field can hold, with or without its sign, less some bytes of header.
  func isStreamed(available: Int) -> Bool {
    guard let field else { return false }
    if claim <= 0 { return available > 0 && !isFollowedByChunks }
    guard claim > available else { return false }
    return field.byteCount == 8
      ? claim >= 1 << 62
      : (0x7FFF_0000...0x8000_FFFF).contains(claim) || claim >= 0xFFFF_0000 - field.extra
  }

  /// Reads the header of any kind that tells a size.
  ///
  /// - Returns: Nil for other kinds: IRCAM, PVF and PAF go on to the end of the file, and compressed ones tell no bytes.
  /// - Throws: `DataError` if the file cannot be read.
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
