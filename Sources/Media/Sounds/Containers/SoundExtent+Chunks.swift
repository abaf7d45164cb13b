internal import Files
/// Containers of chunks, each with a name and a size: WAV, RF64, W64, AIFF, SVX, CAF; and AU, which is one chunk.
extension SoundExtent {
  /// Layout of a container's chunks.
  private struct Form {
    /// Offset of the first chunk.
    let first: Int
    /// Bytes of a chunk's name; the first four tell its kind.
    var nameCount = 4
    /// Bytes of a chunk's size field.
    var sizeCount = 4
    var isBigEndian = false
    /// True where a size counts the name and the size itself.
    var countsHeader = false
    var alignment = 2
    /// Name of the chunk with the samples.
    var samples = "data"
    /// Bytes before the samples in their chunk.
    var preamble = 0

    var headerCount: Int { nameCount + sizeCount }
  }

  /// Reads chunks up to the samples; nil for other containers, and without samples.
  static func chunked(_ file: borrowing FileReader, _ start: [UInt8]) throws -> SoundExtent? {
    if start.has(".snd", at: 0) || start.has("dns.", at: 0) { return try sun(file, start) }
    guard let form = form(of: start) else { return nil }
    var offset = form.first
    var longSize: Int?
    while let size = try size(file, offset, form) {
      let name = try file.bytes(at: offset, upTo: 4)
      if name.has("ds64", at: 0) { longSize = offset + form.headerCount + 8 }
      if name.has(form.samples, at: 0) {
        let begin = offset + form.headerCount + form.preamble
        if size == 0xFFFF_FFFF, let longSize,
          let claim = try file.number(at: longSize, count: 8, bigEndian: false)
        {
          return SoundExtent(
            start: begin, claim: claim,
            field: Field(offset: longSize, byteCount: 8, isBigEndian: false))
        }
        return SoundExtent(
          start: begin, claim: size - form.preamble,
          field: Field(
            offset: offset + form.nameCount, byteCount: form.sizeCount,
            isBigEndian: form.isBigEndian,
            extra: form.preamble + (form.countsHeader ? form.headerCount : 0)),
          isFollowedByChunks: try isChunks(file, from: begin, form))
      }
      guard let next = next(offset, size, form) else { return nil }
      offset = next
    }
    return nil
  }

  private static func form(of start: [UInt8]) -> Form? {
    let isWave = start.has("WAVE", at: 8)
    if isWave, start.has("RIFF", at: 0) || start.has("RF64", at: 0) || start.has("BW64", at: 0) {
      return Form(first: 12)
    }
    if isWave, start.has("RIFX", at: 0) { return Form(first: 12, isBigEndian: true) }
    if start.has("riff", at: 0), start.has("wave", at: 24) {
      return Form(first: 40, nameCount: 16, sizeCount: 8, countsHeader: true, alignment: 8)
    }
    if start.has("FORM", at: 0), start.has("AIF", at: 8) {
      return Form(first: 12, isBigEndian: true, samples: "SSND", preamble: 8)
    }
    if start.has("FORM", at: 0), start.has("8SVX", at: 8) || start.has("16SV", at: 8) {
      return Form(first: 12, isBigEndian: true, samples: "BODY")
    }
    if start.has("caff", at: 0) {
      return Form(first: 8, sizeCount: 8, isBigEndian: true, alignment: 1)
    }
    return nil
  }

  /// Size of the chunk at an offset in bytes, without its header; nil beyond the end of the file.
  private static func size(
    _ file: borrowing FileReader, _ offset: Int, _ form: Form
  ) throws -> Int? {
    let size = try file.number(
      at: offset + form.nameCount, count: form.sizeCount, bigEndian: form.isBigEndian)
    return size.map { form.countsHeader && $0 > 0 ? $0 - form.headerCount : $0 }
  }

  /// Offset of the chunk after one; nil for a size that no chunk can have.
  private static func next(_ offset: Int, _ size: Int, _ form: Form) -> Int? {
    guard size >= 0, size < 1 << 62 else { return nil }
    return offset + form.headerCount
      + (size + form.alignment - 1) / form.alignment * form.alignment
  }

  /// True where chunks with printable names fill the file from an offset to its end, or nothing is left.
  private static func isChunks(
    _ file: borrowing FileReader, from start: Int, _ form: Form
  ) throws -> Bool {
    var offset = start
    while offset < file.size {
      let name = try file.bytes(at: offset, upTo: 4)
      guard name.allSatisfy({ (0x20..<0x7F).contains($0) }),
        let size = try size(file, offset, form), let next = next(offset, size, form)
      else { return false }
      offset = next
    }
    // A last chunk of an odd size may lack its padding.
    return offset < file.size + form.alignment
  }

  /// Reads the header of Sun's and NeXT's `.au` files, in which 0xFFFFFFFF stands for an unknown size.
  private static func sun(_ file: borrowing FileReader, _ start: [UInt8]) throws -> SoundExtent? {
    let isBigEndian = start.has(".snd", at: 0)
    guard let offset = try file.number(at: 4, count: 4, bigEndian: isBigEndian),
      let claim = try file.number(at: 8, count: 4, bigEndian: isBigEndian)
    else { return nil }
    return SoundExtent(
      start: offset, claim: claim, field: Field(offset: 8, byteCount: 4, isBigEndian: isBigEndian))
  }
}
