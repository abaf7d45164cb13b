internal import Files
internal import Foundation

/// Containers whose size stands in a fixed place or in a text, or follows from their blocks.
///
/// Source: libsndfile's `avr.c`, `mpc2k.c`, `wve.c`, `xi.c`, `sds.c`, `nist.c`, `mat4.c`, `mat5.c` and `voc.c`.
extension SoundExtent {
  /// Reads AVR, MPC 2000, WVE, XI, SDS and NIST headers.
  static func fixed(_ file: borrowing FileReader, _ start: [UInt8]) throws -> SoundExtent? {
    func number(_ offset: Int, _ count: Int, bigEndian: Bool = true) throws -> Int {
      try file.number(at: offset, count: count, bigEndian: bigEndian) ?? 0
    }
    if start.has("2BIT", at: 0) {
      let channels = try number(12, 2) == 0 ? 1 : 2
      let frames = try number(26, 4)
      return SoundExtent(start: 128, claim: frames * channels * (try number(14, 2)) / 8)
    }
    if start.has("ALawSoundFile**", at: 0) {
      return SoundExtent(start: 32, claim: try number(18, 4))
    }
    if start.has("Extended Instrument: ", at: 0) {
      return SoundExtent(start: 338, claim: try number(298, 4, bigEndian: false))
    }
    if start.count > 40, start.starts(with: [1, 4]) {
      let channels = Int(start[21] & 1) + 1
      return SoundExtent(start: 42, claim: try number(30, 4, bigEndian: false) * channels * 2)
    }
    if start.count > 20, start.starts(with: [0xF0, 0x7E]), start[3] == 1 { return dump(start) }
    if start.has("NIST_1A", at: 0) { return try nist(file) }
    return nil
  }

  /// A MIDI sample dump: packets of 127 bytes, of which 120 hold samples of 2, 3 or 4 bytes.
  private static func dump(_ start: [UInt8]) -> SoundExtent {
    let bits = Int(start[6])
    let frames = (0..<3).reduce(0) { (sum: Int, place: Int) -> Int in
      sum + Int(start[10 + place] & 0x7F) << (7 * place)
    }
    let perPacket = bits < 15 ? 60 : bits < 22 ? 40 : 30
    return SoundExtent(start: 21, claim: (frames + perPacket - 1) / perPacket * 127)
  }

  /// A NIST SPHERE header: lines such as `sample_count -i 20000`.
  private static func nist(_ file: borrowing FileReader) throws -> SoundExtent? {
    let text = String(decoding: try file.bytes(upTo: 1024), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
    func value(_ name: String) -> Int? {
      lines.first { $0.count == 3 && $0[0] == name }.flatMap { Int($0[2]) }
    }
    guard lines.count > 1, let start = lines[1].last.flatMap({ Int($0) }),
      (0...file.size).contains(start), let frames = value("sample_count"),
      let width = value("sample_n_bytes"),
      let claim = product([frames, width, value("channel_count") ?? 1]), claim >= 0
    else { return nil }
    return SoundExtent(start: start, claim: claim)
  }

  /// Reads containers of blocks with known sizes: VOC and MAT files.
  static func blocks(_ file: borrowing FileReader, _ start: [UInt8]) throws -> SoundExtent? {
    if start.has("Creative Voice File", at: 0) { return try voice(file) }
    if start.has("MATLAB 5.0 MAT-file", at: 0) { return try matrices(file) }
    return try oldMatrices(file, start)
  }

  /// A VOC file: blocks of a byte for the kind, three bytes of size, and as many bytes. Kind 0 is the end.
  private static func voice(_ file: borrowing FileReader) throws -> SoundExtent? {
    guard let first = try file.number(at: 20, count: 2, bigEndian: false) else { return nil }
    var offset = first
    while let kind = try file.number(at: offset, count: 1, bigEndian: false), kind != 0,
      let size = try file.number(at: offset + 1, count: 3, bigEndian: false)
    {
      offset += 4 + size
    }
    return SoundExtent(start: first, claim: offset - first)
  }

  /// Elements of a MAT file of version 5: a type, a size, and as many bytes.
  private static func matrices(_ file: borrowing FileReader) throws -> SoundExtent? {
    let isBigEndian = try file.bytes(at: 126, upTo: 2) == Array("MI".utf8)
    var offset = 128
    while let size = try file.number(at: offset + 4, count: 4, bigEndian: isBigEndian) {
      offset += 8 + size
    }
    // libsndfile writes a size of the matrix that is 8 bytes too large.
    return SoundExtent(start: 128, claim: max(0, offset - 128 - 8))
  }

  /// Matrices of a MAT file of version 4: a type, rows, columns, a flag, the length of the name, the name, values.
  private static func oldMatrices(
    _ file: borrowing FileReader, _ start: [UInt8]
  ) throws -> SoundExtent? {
    guard start.has("samplerate\0", at: 20) else { return nil }
    let isBigEndian = start[2...3] != [0, 0]
    func number(_ offset: Int) throws -> Int? {
      try file.number(at: offset, count: 4, bigEndian: isBigEndian)
    }
    var offset = 0
    while let type = try number(offset), let rows = try number(offset + 4),
      let columns = try number(offset + 8), let name = try number(offset + 16)
    {
      // The tens digit of the type tells how a number is stored.
      let widths = [8, 4, 4, 2, 2, 1]
      let width = type / 10 % 10
      guard widths.indices.contains(width), let size = product([rows, columns, widths[width]]),
        name < 1 << 20, size < 1 << 60
      else { return nil }
      offset += 20 + name + size
    }
    return SoundExtent(start: 0, claim: offset)
  }
}
