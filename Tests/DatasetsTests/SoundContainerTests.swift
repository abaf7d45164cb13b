import DataSupport
import Complaints
import CSndfile
import Datasets
import Foundation
import Testing

/// Every container that libsndfile writes: complete files are read, and truncated ones are refused.
@Suite struct SoundContainerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A container with an encoding.
  struct Kind: Sendable, CustomTestStringConvertible {
    let container, encoding: String
    let code: Int
    var testDescription: String { "\(container), \(encoding)" }
  }

  /// All formats that this libsndfile can write with one channel, except those without a header or with the
  /// header in another file.
  static let kinds: [Kind] = {
    func names(_ count: Int32, _ command: Int32) -> [(name: String, code: Int)] {
      var total: Int32 = 0
      sf_command(nil, count, &total, Int32(MemoryLayout<Int32>.size))
      return (0..<total).map { index in
        var info = SF_FORMAT_INFO()
        info.format = index
        sf_command(nil, command, &info, Int32(MemoryLayout<SF_FORMAT_INFO>.size))
        return (String(cString: info.name), Int(info.format))
      }
    }
    let majors = names(Int32(SFC_GET_FORMAT_MAJOR_COUNT), Int32(SFC_GET_FORMAT_MAJOR))
    let encodings = names(Int32(SFC_GET_FORMAT_SUBTYPE_COUNT), Int32(SFC_GET_FORMAT_SUBTYPE))
    let left = [SF_FORMAT_RAW, SF_FORMAT_SD2]
    return majors.flatMap { major -> [Kind] in
      let container = major.code & SF_FORMAT_TYPEMASK
      if left.contains(container) { return [] }
      return encodings.compactMap { encoding in
        // libsndfile writes an empty file for DWVW with 12 bits.
        if encoding.code == SF_FORMAT_DWVW_12 { return nil }
        let code = container | encoding.code
        return Self.isWritable(code)
          ? Kind(container: major.name, encoding: encoding.name, code: code) : nil
      }
    }
  }()

  private static func rate(_ code: Int) -> Int {
    [16_000, 48_000, 8000].first { rate in
      var info = SF_INFO()
      (info.samplerate, info.channels, info.format) = (Int32(rate), 1, Int32(code))
      return sf_format_check(&info) != 0
    } ?? 0
  }

  private static func isWritable(_ code: Int) -> Bool {
    guard rate(code) > 0 else { return false }
    var info = SF_INFO()
    (info.samplerate, info.channels, info.format) = (Int32(rate(code)), 1, Int32(code))
    let path = NSTemporaryDirectory() + "lethe-kind-" + UUID().uuidString
    defer { unlink(path) }
    guard let file = sf_open(path, Int32(SFM_WRITE), &info) else { return false }
    sf_close(file)
    return true
  }

  /// Containers that extend to the end of the file, so that a truncation cannot be noticed. libsndfile
  /// writes no size into XI.
  private static let endless = [SF_FORMAT_IRCAM, SF_FORMAT_PVF, SF_FORMAT_PAF, SF_FORMAT_XI]

  private func write(_ kind: Kind, to name: String = "a.wav") throws -> [UInt8] {
    let rate = Self.rate(kind.code)
    let sound = sine(440, rate: rate, count: 20_000)
    let path = try folder.writeSound(
      sound, rate: rate, as: SoundFormat(name: kind.container, code: kind.code), to: name)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Loads the sound in windows of 4000 samples.
  private func load(_ kind: Kind) throws -> Dataset {
    // XI has one rate.
    let rate = kind.code & SF_FORMAT_TYPEMASK == SF_FORMAT_XI ? 44_100 : Self.rate(kind.code)
    return try folder.loadSounds("a.wav", rate: rate, length: 4000)
  }

  @Test(arguments: kinds) func wholeFilesAreReadAndCutOnesAreNot(kind: Kind) throws {
    let bytes = try write(kind)
    let whole = try load(kind)
    #expect(whole.training.count >= 5, "\(kind.testDescription)")
    try folder.write(bytes[..<(bytes.count * 6 / 10)], to: "a.wav")
    if Self.endless.contains(kind.code & SF_FORMAT_TYPEMASK) {
      #expect(try load(kind).training.count == 3)
      return
    }
    let found = problem { _ = try load(kind) }
    // HTK is recognised by its size alone, so a truncated file is not recognised at all.
    let isKnown =
      found.hasPrefix("truncated")
      || kind.code & SF_FORMAT_TYPEMASK == SF_FORMAT_HTK
        && found == "cannot be read as a sound: format not recognised"
    #expect(isKnown, "\(kind.testDescription): \(found)")
  }

  /// One encoding of each container.
  static let containers: [Kind] = kinds.reduce(into: []) { found, kind in
    if found.last?.container != kind.container { found.append(kind) }
  }

  @Test(.timeLimit(.minutes(2)), arguments: containers)
  func changedHeadersNeverCrash(kind: Kind) throws {
    let bytes = Array(try write(kind).prefix(6000))
    for trial in 0..<120 {
      var changed = bytes
      for part in 0..<3 {
        let place = Int(UInt64(trial * 3 + part) &* 0x9E37_79B9_7F4A_7C15 >> 33)
        // Extreme numbers are the most likely to overflow.
        let value = [0, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: place >> 7)][place % 5]
        changed[place % 400] = value
      }
      try folder.write(
        trial % 4 == 0 ? changed[..<(trial * bytes.count / 120)] : changed[...], to: "a.wav")
      _ = problem { _ = try load(kind) }
    }
  }

  @Test func allUsualContainersAreTried() {
    let names = Set(Self.kinds.map { $0.code & SF_FORMAT_TYPEMASK })
    for code in [
      SF_FORMAT_WAV, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_CAF, SF_FORMAT_FLAC, SF_FORMAT_OGG,
      SF_FORMAT_MPEG, SF_FORMAT_W64, SF_FORMAT_RF64, SF_FORMAT_VOC, SF_FORMAT_NIST, SF_FORMAT_SVX,
    ] { #expect(names.contains(code)) }
    #expect(Self.kinds.contains { $0.encoding == "Opus" })
  }

  // MARK: Sizes that programs do not know

  private func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  private func replacing(_ bytes: [UInt8], at offset: Int, with part: [UInt8]) -> [UInt8] {
    Array(bytes[..<offset]) + part + Array(bytes[(offset + part.count)...])
  }

  private let sound = noise(1, count: 1000)

  private func bytes(_ code: Int) throws -> [UInt8] {
    let path = try folder.writeSound(
      sound, as: SoundFormat(name: "wav", code: code | SF_FORMAT_PCM_16), to: "s/a.wav")
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func reading(_ bytes: [UInt8]) throws -> [[Float]] {
    try folder.write(bytes, to: "s/a.wav")
    return try folder.loadSounds("s", length: 1000).training.sounds
  }

  private func place(of name: String, in bytes: [UInt8]) throws -> Int {
    let name = Array(name.utf8)
    return try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
  }

  static let sizes: [UInt64] = [
    0, 0x7FFF_F000, 0x7FFF_FF00, 0x7FFF_FFFF, 0x7FFF_FFDB, 0x8000_0000, 0x8000_0024, 0xFFFF_FF00,
    0xFFFF_FFDB, 0xFFFF_FFFF,
  ]

  @Test(arguments: sizes) func aStreamedWAVIsReadToItsEnd(size: UInt64) throws {
    let whole = try bytes(SF_FORMAT_WAV)
    let streamed = replacing(whole, at: 40, with: little(size, 4))
    #expect(try reading(streamed) == [sound])
    #expect(try reading(replacing(streamed, at: 4, with: little(size, 4))) == [sound])
  }

  @Test(arguments: sizes) func aStreamedAIFFIsReadToItsEnd(size: UInt64) throws {
    let whole = try bytes(SF_FORMAT_AIFF)
    let samples = try place(of: "SSND", in: whole) + 4
    let field = Array(little(size, 4).reversed())
    #expect(try reading(replacing(whole, at: samples, with: field)) == [sound])
    // The number of samples in the chunk COMM is unknown, too.
    let frames = try place(of: "COMM", in: whole) + 10
    let both = replacing(replacing(whole, at: samples, with: field), at: frames, with: field)
    #expect(try reading(both) == [sound])
  }

  @Test(arguments: [0, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt64])
  func aStreamedAUIsReadToItsEnd(size: UInt64) throws {
    let whole = try bytes(SF_FORMAT_AU)
    let field = Array(little(size, 4).reversed())
    #expect(try reading(replacing(whole, at: 8, with: field)) == [sound])
  }

  @Test(arguments: [0, .max, 0x7FFF_FFFF_FFFF_FFFF] as [UInt64])
  func longSizesAreUnknownToo(size: UInt64) throws {
    let long = try bytes(SF_FORMAT_W64)
    let data = try place(of: "data", in: long) + 16
    #expect(try reading(replacing(long, at: data, with: little(size, 8))) == [sound])
    let core = try bytes(SF_FORMAT_CAF)
    let chunk = try place(of: "data", in: core) + 4
    #expect(try reading(replacing(core, at: chunk, with: little(size, 8).reversed())) == [sound])
    let wave = try bytes(SF_FORMAT_RF64)
    let extent = try place(of: "ds64", in: wave) + 16
    #expect(try reading(replacing(wave, at: extent, with: little(size, 8))) == [sound])
  }

  @Test func aSizeOfNothingInFrontOfOtherChunksIsTrue() throws {
    let header = try bytes(SF_FORMAT_WAV)[..<44]
    let empty = replacing(Array(header), at: 40, with: little(0, 4))
    let list = Array("LIST".utf8) + little(6, 4) + Array("INFOab".utf8)
    #expect(
      problem { _ = try reading(empty + list) }
        == "expected at least 2 samples at 16000 Hz, found 0 at 16000 Hz")
  }

  @Test func sizesThatAreOnlyTooLargeAreTruncation() throws {
    let whole = try bytes(SF_FORMAT_WAV)
    for size in [2002, 0x7000_0000, 0x9000_0000] as [UInt64] {
      #expect(
        problem { _ = try reading(replacing(whole, at: 40, with: little(size, 4))) }
          == "truncated: expected \(size) bytes of samples, found 2000")
    }
  }

  @Test(arguments: [SF_FORMAT_WAV, SF_FORMAT_RF64, SF_FORMAT_AIFF])
  func manyTagsDoNotHideACut(code: Int) throws {
    let whole = try bytes(code)
    let isBigEndian = code == SF_FORMAT_AIFF
    let samples = try place(of: isBigEndian ? "SSND" : "data", in: whole)
    let tag = (0..<60).flatMap { number -> [UInt8] in
      let size = little(100, 4)
      return Array("tag ".utf8) + (isBigEndian ? size.reversed() : size)
        + [UInt8](repeating: UInt8(number), count: 100)
    }
    let tagged = Array(whole[..<samples]) + tag + Array(whole[samples...])
    #expect(try reading(tagged) == [sound])
    #expect(
      problem { _ = try reading(Array(tagged.dropLast(800))) }.hasPrefix("truncated: expected 2000")
    )
  }

  // MARK: MP3 without a count of frames

  /// An MP3 of 9 s and its first frame, which holds the count.
  private func mp3(_ mode: Int32) throws -> (all: [UInt8], firstFrame: Int) {
    let path = try folder.write([], to: "m/a.mp3")
    var info = SF_INFO()
    (info.samplerate, info.channels) = (44_100, 1)
    info.format = Int32(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
    let file = try #require(sf_open(path, Int32(SFM_WRITE), &info))
    var mode = mode
    sf_command(file, Int32(SFC_SET_BITRATE_MODE), &mode, Int32(MemoryLayout<Int32>.size))
    // Quiet at first, so that the first frames of a variable rate are small and a length guessed from them is wrong.
    let samples = (0..<9 * 44_100).map { index -> Float in
      let amplitude: Float = index < 4 * 44_100 ? 0.01 : 0.8
      return amplitude * noise(1, count: 1)[0]
        + amplitude * Float(sin(Double(index) * (0.05 + 0.00001 * Double(index % 7000))))
    }
    for start in stride(from: 0, to: samples.count, by: 4096) {
      let part = Array(samples[start..<min(start + 4096, samples.count)])
      sf_writef_float(file, part.map { max(-1, min(1, $0)) }, sf_count_t(part.count))
    }
    sf_close(file)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let tag = try #require(
      bytes.indices.first {
        bytes[$0...].starts(with: Array("Xing".utf8))
          || bytes[$0...].starts(with: Array("Info".utf8))
      })
    let kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    let header = try #require(
      bytes[..<tag].indices.last { bytes[$0] == 0xFF && bytes[$0 + 1] & 0xE0 == 0xE0 })
    let rate = kilobits[Int(bytes[header + 2] >> 4)]
    let size = 144_000 * rate / 44_100 + Int(bytes[header + 2] >> 1 & 1)
    return (bytes, header + size)
  }

  private func seconds(_ bytes: [UInt8]) throws -> Int {
    try folder.write(bytes, to: "m/a.mp3")
    return try folder.loadSounds("m", rate: 44_100, length: 44_100).training.count
  }

  @Test(arguments: [Int32(SF_BITRATE_MODE_CONSTANT), Int32(SF_BITRATE_MODE_VARIABLE)])
  func framesAreCountedWhereNothingSaysHowMany(mode: Int32) throws {
    let (all, first) = try mp3(mode)
    #expect(try seconds(all) == 9)
    let bare = Array(all[first...])
    #expect(try seconds(bare) == 9)
    // Tags before and behind the sound do not count.
    let front = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 0xFF, count: 128)
    let back = Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
    #expect(try seconds(front + bare + back) == 9)
    #expect(
      try folder.loadSounds("m", rate: 44_100, length: 44_100).notes.first
        == "1 sound gave 9 examples of 44100 samples (1 s at 44100 Hz)")
  }

  @Test(arguments: [Int32(SF_BITRATE_MODE_CONSTANT), Int32(SF_BITRATE_MODE_VARIABLE)])
  func aCutIsNoticedWithACountAndWithout(mode: Int32) throws {
    let (all, first) = try mp3(mode)
    let bare = Array(all[first...])
    for bytes in [all, bare] {
      let found = problem { _ = try seconds(Array(bytes[..<(bytes.count * 6 / 10)])) }
      #expect(found.hasPrefix("truncated: expected "), "\(found)")
    }
  }

  // MARK: Claims

  /// The 36 bits that count a FLAC file's samples end at byte 26.
  @Test func aClaimIsHeldAgainstTheFileBeforeMemoryIsAskedFor() throws {
    try folder.writeSound(noise(1, count: 400), as: .flac, to: "f/a.flac")
    let path = folder.path + "/f/a.flac"
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes.replaceSubrange(22..<26, with: [0x80, 0, 0, 0])
    try folder.write(bytes, to: "f/a.flac")
    try folder.writeSound(noise(2, count: 500), to: "f/b.wav")
    #expect(
      throws: DataError(
        file: path, problem: "truncated: expected 2147483648 samples, found 400")
    ) { try folder.loadSounds("f", length: 100) }
    let data = try folder.loadSounds("f", length: 100, skipBroken: true)
    #expect(data.training.count == 5)
    #expect(data.skipped.map(\.file) == [path])
  }

  @Test func longSilenceIsReadThoughItIsSmall() throws {
    var quiet = [Float](repeating: 0, count: 3_000_000)
    quiet[1000] = 0.5
    try folder.writeSound(quiet, as: .flac, to: "q/a.flac")
    #expect(try folder.loadSounds("q", length: 100_000).training.count == 1)
  }
}
