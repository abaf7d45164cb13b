internal import CSndfile
internal import Foundation

/// libsndfile keeps the reason why a file cannot be opened in one place for all threads.
private let openLock = NSLock()

/// A sound file that is decoded from its start on; closes itself.
struct SoundReader: ~Copyable {
  let path: String
  let channels: Int
  let sampleRateHz: Int
  /// Samples a channel, or nil for a stream whose header does not say.
  let frameCount: Int?
  /// The least amplitude that counts as full scale.
  let fullScale: Float
  private let handle: OpaquePointer

  /// Opens a sound file of any kind that libsndfile recognises by its content.
  ///
  /// - Throws: `DataError` if the file cannot be opened, holds no sound or ends before its header
  ///   says.
  static func open(_ path: String) throws -> SoundReader {
    let file = try InputFile(path: path)
    guard file.byteCount > 0 else {
      throw DataError(file: path, problem: "expected a sound, found an empty file")
    }
    // libsndfile closes a descriptor when it cannot read the file, whatever it was told.
    let descriptor = try file.duplicateDescriptor()
    var info = SF_INFO()
    let handle = try openLock.withLock {
      guard let handle = sf_open_fd(descriptor, Int32(SFM_READ), &info, Int32(SF_TRUE)) else {
        throw DataError(
          file: path,
          problem: "cannot be read as a sound: \(soundMessage(String(cString: sf_strerror(nil))))")
      }
      return handle
    }
    let reader = SoundReader(
      path: path, channels: Int(info.channels), sampleRateHz: Int(info.samplerate),
      frameCount: info.frames == sf_count_t.max ? nil : Int(info.frames),
      fullScale: fullScale(ofFormat: Int(info.format)), handle: handle)
    try reader.checkHeader()
    try reader.checkDataChunk()
    return reader
  }

  deinit { sf_close(handle) }

  /// Decodes the next samples.
  ///
  /// - Parameters:
  ///   - frames: Shape [T, channels]; integer formats are scaled to −1…1.
  ///   - position: Samples a channel that were decoded before.
  /// - Returns: Samples a channel that were decoded, 0 at the end.
  /// - Throws: `DataError` if the data are damaged.
  func read(into frames: UnsafeMutableBufferPointer<Float>, position: Int) throws -> Int {
    let count = sf_readf_float(handle, frames.baseAddress, sf_count_t(frames.count / channels))
    guard sf_error(handle) == 0 else {
      throw DataError(
        file: path,
        problem: "truncated or damaged: cannot be decoded between samples \(position) and "
          + "\(frameCount.map { "\(min($0, position + frames.count / channels))" } ?? "the end"): "
          + soundMessage(String(cString: sf_strerror(handle))))
    }
    return Int(count)
  }

  private func checkHeader() throws {
    let frameCount = frameCount ?? 0
    guard channels > 0, sampleRateHz > 0, frameCount >= 0 else {
      throw DataError(
        file: path,
        problem: "cannot be read as a sound: its header says \(channels) channels, "
          + "\(sampleRateHz) Hz, \(frameCount) samples")
    }
  }

  /// libsndfile reads a WAV or AIFF file that was cut short as a shorter one and only logs it.
  private func checkDataChunk() throws {
    var text = [CChar](repeating: 0, count: 2049)
    sf_command(handle, Int32(SFC_GET_LOG_INFO), &text, Int32(text.count - 1))
    let log = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for line in log.split(whereSeparator: \.isNewline) where line.contains("(should be ") {
      let words = line.split { " :()".contains($0) }
      guard words.count == 5, words[0] == "data" || words[0] == "SSND",
        let claimed = Int(words[1]), let found = Int(words[4]), claimed > found,
        !Self.streamSizes.contains(claimed)
      else { continue }
      throw DataError(
        file: path,
        problem: "truncated: expected \(claimed) bytes of samples, found \(found)")
    }
  }

  /// What programs that cannot seek in their output write for a length that they do not know yet.
  private static let streamSizes: Set<Int> = [0x7FFF_F000, 0x7FFF_FFFF, 0xFFFF_FFFF]

  private static func fullScale(ofFormat format: Int) -> Float {
    switch format & SF_FORMAT_SUBMASK {
    case SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8: 127 / 128
    case SF_FORMAT_ULAW: 32_124 / 32_768
    case SF_FORMAT_ALAW: 32_256 / 32_768
    default: 32_767 / 32_768
    }
  }
}

/// A library's sentence as part of one of ours.
private func soundMessage(_ sentence: String) -> String {
  var text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  if text.hasPrefix("Error : ") { text.removeFirst("Error : ".count) }
  return text.prefix(1).lowercased() + text.dropFirst()
}
