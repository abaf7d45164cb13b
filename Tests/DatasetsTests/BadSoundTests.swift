import DataSupport
import Media
import Files
import Complaints
import Datasets
import Foundation
import Testing

@Suite struct BadSoundTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The error of loading the folder, which must name `path`.
  private func loading(_ path: String, rate: Int = 16_000, length: Int = 100) -> String {
    do {
      _ = try folder.loadSounds(rate: rate, length: length)
    } catch let error as DataError {
      #expect(error.file == path)
      return error.problem
    } catch let error as FileError {
      #expect(error.path == path)
      return error.reason
    } catch {
      return "another error: \(error)"
    }
    return "no error"
  }

  private func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func anEmptyFileIsNamed() throws {
    let path = try folder.write([], to: "a.wav")
    #expect(loading(path) == "expected a sound, found an empty file")
  }

  @Test func textIsNoSound() throws {
    let path = try folder.write("hello, world".utf8, to: "a.wav")
    #expect(loading(path) == "cannot be read as a sound: format not recognised")
  }

  @Test(arguments: [SoundFormat.wav, .flac]) func oneSampleIsTooFew(format: SoundFormat) throws {
    let path = try folder.writeSound([0.5], as: format, to: "a." + format.name)
    #expect(loading(path) == "expected at least 2 samples at 16000 Hz, found 1 at 16000 Hz")
  }

  @Test func noSamplesAreTooFew() throws {
    let path = try folder.writeSound([], to: "a.wav")
    #expect(loading(path) == "expected at least 2 samples at 16000 Hz, found 0 at 16000 Hz")
  }

  @Test func resamplingMustLeaveTwoSamples() throws {
    let path = try folder.writeSound(noise(1, count: 17), rate: 192_000, to: "a.wav")
    #expect(loading(path) == "expected at least 2 samples at 16000 Hz, found 17 at 192000 Hz")
    try folder.writeSound(noise(1, count: 24), rate: 192_000, to: "a.wav")
    #expect(try folder.loadSounds(length: 2).training.count == 1)
  }

  @Test func twoSamplesAreEnough() throws {
    try folder.writeSound([0.5, -0.5], to: "a.wav")
    #expect(try folder.loadSounds(length: 4).training.sounds == [[0.5, -0.25, 0, 0]])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 32_767])
  func samplesThatAreNoAmplitudesAreNamed(value: Float) throws {
    var frames = noise(1, count: 200_000)
    frames[2 * 70_001 + 1] = value
    let path = try folder.writeSound(frames, channels: 2, as: .floatWAV, to: "a.wav")
    #expect(loading(path) == "sample 70001 is \(value): expected -1 to 1")
  }

  @Test func truncatedWAVAndAIFFAreNamed() throws {
    for (format, header) in [(SoundFormat.wav, 44), (.aiff, 54)] {
      let path = try folder.writeSound(noise(1, count: 1000), as: format, to: "a." + format.name)
      let bytes = try contents(path)
      try folder.write(bytes.prefix(header + 700), to: "a." + format.name)
      #expect(loading(path) == "truncated: expected 2000 bytes of samples, found 700")
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func truncatedFLACIsNamed() throws {
    let path = try folder.writeSound(noise(1, count: 20_000), as: .flac, to: "a.flac")
    try folder.write(try contents(path).dropLast(9000), to: "a.flac")
    let found = loading(path)
    print("truncated FLAC: \(found)")
    #expect(
      found
        == "truncated or damaged: cannot be decoded between samples 0 and 20000: "
        + "flac decoder lost sync")
  }

  @Test func damagedFLACIsAnErrorOrFound() throws {
    let path = try folder.writeSound(noise(1, count: 20_000), as: .flac, to: "a.flac")
    var bytes = try contents(path)
    for index in 10_000..<10_200 { bytes[index] ^= 0x5A }
    try folder.write(bytes, to: "a.flac")
    let found = loading(path)
    print("damaged FLAC: \(found)")
    #expect(found != "no error")
  }

  /// A header that claims a day of sound, in a file that holds a second.
  @Test func aDayThatIsNotThereIsNamed() throws {
    let path = try folder.writeSound(noise(1, count: 16_000), to: "a.wav")
    var bytes = try contents(path)
    let claim = UInt32(24 * 3600 * 32_000)
    for index in 0..<4 { bytes[40 + index] = UInt8(truncatingIfNeeded: claim >> (8 * index)) }
    try folder.write(bytes, to: "a.wav")
    #expect(loading(path) == "truncated: expected 2764800000 bytes of samples, found 32000")
  }

  @Test func aStreamedWAVIsRead() throws {
    let path = try folder.writeSound(noise(1, count: 100), to: "a.wav")
    var bytes = try contents(path)
    for index in 0..<4 { bytes[40 + index] = 0xFF }
    try folder.write(bytes, to: "a.wav")
    #expect(try folder.loadSounds(length: 100).training.sounds == [noise(1, count: 100)])
  }

  /// The 36 bits that count a FLAC file's samples end at byte 26.
  @Test func aFLACHeaderIsNotBelieved() throws {
    let path = try folder.writeSound(noise(1, count: 5000), as: .flac, to: "a.flac")
    var bytes = try contents(path)
    bytes[21] |= 0x0F
    for index in 22..<26 { bytes[index] = 0xFF }
    try folder.write(bytes, to: "a.flac")
    let found = loading(path, rate: 384_000)
    #expect(found == "truncated: expected 68719476735 samples, found 5000")
    // A count of 0 stands for a stream, whose samples are counted.
    bytes[21] &= 0xF0
    for index in 22..<26 { bytes[index] = 0 }
    try folder.write(bytes, to: "a.flac")
    #expect(try folder.loadSounds(length: 5000).training.sounds == [noise(1, count: 5000)])
  }

  @Test func ratesMustNotBeTooFarApart() throws {
    let path = try folder.writeSound(noise(1, count: 100), rate: 50, to: "a.wav")
    #expect(
      loading(path) == "cannot be resampled from 50 to 16000 Hz: expected a ratio of at most 256")
  }

  @Test func foldersWithoutSoundsAreErrors() throws {
    let expected =
      "expected sounds in the folder, files that end in .aif .aifc .aiff .au .caf .flac .mp3 .oga "
      + ".ogg .opus .rf64 .snd .voc .w64 .wav .wave; found "
    #expect(loading(folder.path) == expected + "an empty folder")
    try folder.write("text".utf8, to: "notes/a.txt")
    #expect(loading(folder.path) == expected + "2 files and folders of other kinds")
    #expect(
      problem { _ = try folder.loadSounds("none", length: 100) }
        == "expected a file or folder of sounds, found no such file")
  }

  @Test func onlySilenceIsAnError() throws {
    try folder.writeSound([Float](repeating: 0, count: 500), to: "a.wav")
    #expect(
      loading(folder.path)
        == "expected a sound that can be heard, found only silence (peak below 0.0001)")
  }

  @Test func brokenFilesAreSkippedIfAsked() throws {
    for index in 0..<10 { try folder.writeSound(noise(index, count: 100), to: "\(index).wav") }
    let text = try folder.write("hello".utf8, to: "5.wav")
    let nan = try folder.writeSound([.nan, 0, 0], as: .floatWAV, to: "2.wav")
    for _ in 0..<10 { #expect(loading(text) == "cannot be read as a sound: format not recognised") }
    let data = try folder.loadSounds(length: 100, skipBroken: true)
    #expect(data.skipped.map(\.file) == [nan, text])
    let whole = (0..<10).filter { $0 != 2 && $0 != 5 }.map { noise($0, count: 100) }
    #expect(Set(data.training.sounds) == Set(whole))
    for index in 0..<10 { try folder.write("hello".utf8, to: "\(index).wav") }
    #expect(
      problem { _ = try folder.loadSounds(length: 100, skipBroken: true) }
        == "expected at least one readable file, found 10 broken ones, the first "
        + "\(folder.path)/0.wav: cannot be read as a sound: format not recognised")
  }

  @Test func aNamedPipeDoesNotBlock() throws {
    mkfifo(folder.path + "/a.wav", 0o600)
    #expect(
      loading(folder.path + "/a.wav") == "expected a regular file, found a device or a pipe")
  }

  @Test(arguments: [SoundFormat.wav, .flac, .ogg, .aiff])
  func changedAndShortenedFilesNeverCrash(format: SoundFormat) throws {
    let name = "a." + format.name
    let path = try folder.writeSound(noise(1, count: 3000), as: format, to: name)
    let bytes = [UInt8](try contents(path))
    for trial in 0..<300 {
      var changed = bytes
      for part in 0..<3 {
        let place = Int(UInt64(trial * 3 + part) &* 0x9E37_79B9_7F4A_7C15 >> 33)
        // Most of the changes are in the header.
        let limit = trial % 3 == 0 ? bytes.count : min(bytes.count, 120)
        changed[place % limit] = UInt8(truncatingIfNeeded: place >> 7)
      }
      try folder.write(
        trial % 4 == 0 ? changed[..<(trial * bytes.count / 300)] : changed[...], to: name)
      _ = problem { _ = try folder.loadSounds(length: 1000, skipBroken: true) }
    }
  }

  @Test(arguments: [
    (SoundRequest(source: .builtIn, length: 1), "length: expected 2 to 16777216 samples, found 1"),
    (
      SoundRequest(source: .builtIn, sampleRateHz: 999),
      "sample_rate: expected 1000 to 384000 Hz, found 999"
    ),
    (
      SoundRequest(source: .builtIn, sampleRateHz: 7999),
      "sample_rate: expected at least 8000 Hz, found 7999"
    ),
    (
      SoundRequest(source: .builtIn, length: 319),
      "length: expected at least 320 samples (20 ms), found 319"
    ),
    (SoundRequest(source: .builtIn, limit: 0), "limit: expected a positive number, found 0"),
    (
      SoundRequest(source: .builtIn, holdout: .nan),
      "holdout: expected a share from 0 to below 1, found nan"
    ),
    (
      SoundRequest(source: .builtIn, tonesCount: 0),
      "tones: expected a positive number of examples, found 0"
    ),
  ]) func badRequestsAreErrors(request: SoundRequest, expected: String) {
    #expect(problem { _ = try Dataset.load(request) } == expected)
  }

  @Test func whatCannotFitIntoMemoryIsRefused() {
    let large = SoundRequest(source: .builtIn, length: 1 << 24, tonesCount: .max)
    #expect(problem { _ = try Dataset.load(large) }.contains(" MB of memory, and the machine has"))
  }
}
