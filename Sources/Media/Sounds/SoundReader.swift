internal import Files
internal import Complaints
internal import CSndfile
internal import Foundation

/// libsndfile keeps the reason why a file cannot be opened in one place for all threads.
private let openLock = NSLock()

/// A sound file that is decoded from its start on; closes itself.
package struct SoundReader: ~Copyable {
  /// The file as it was named.
  package let path: String
  /// Samples of a frame.
  package let channels: Int
  /// Frames a second.
  package let sampleRateHz: Int
  /// Samples a channel, or nil for a stream whose header does not say or only guesses.
  package let frameCount: Int?
  /// Bytes of the file, against which the claim of its header is held.
  private let byteCount: Int
  /// The least amplitude that counts as full scale.
  package let fullScale: Float
  /// libsndfile holds no reference to it.
  private let source: SoundSource
  private let handle: OpaquePointer

  /// Samples a byte of a file that no format is known to reach with sounds; only silence is written in fewer bytes.
  private static let densityLimit = 16

  /// Whether the header's number of samples is more than is usual for so few bytes, and to be counted before memory is
  /// asked for.
  package var isClaimDoubtful: Bool { (frameCount ?? 0) / Self.densityLimit > byteCount }

  /// Opens a sound file of any kind that libsndfile recognises by its content.
  ///
  /// - Throws: `DataError` if the file cannot be opened, holds no sound or ends before its header
  ///   says.
  package static func open(_ path: String) throws -> SoundReader {
    let source = try SoundSource(path)
    var (handle, info) = try openHandle(source)
    var isCounted = true
    if Int(info.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_MPEG {
      sf_close(handle)
      isCounted = try MPEGFrames(source.file).isCounted
      // Libsndfile guesses the length of an MP3 file from its end, and reads no further.
      source.rewind(stretching: !isCounted)
      (handle, info) = try openHandle(source)
    }
    let reader = SoundReader(
      path: path, channels: Int(info.channels), sampleRateHz: Int(info.samplerate),
      frameCount: info.frames == sf_count_t.max || !isCounted ? nil : Int(info.frames),
      byteCount: source.file.size, fullScale: fullScale(ofFormat: Int(info.format)),
      source: source, handle: handle)
    try reader.checkHeader()
    return reader
  }

  deinit { sf_close(handle) }

  private static func openHandle(_ source: SoundSource) throws -> (OpaquePointer, SF_INFO) {
    var info = SF_INFO()
    var access = SoundSource.access
    let context = Unmanaged.passUnretained(source).toOpaque()
    return try openLock.withLock {
      guard let handle = sf_open_virtual(&access, Int32(SFM_READ), &info, context) else {
        throw DataError(
          file: source.file.path,
          problem: "cannot be read as a sound: \(soundMessage(String(cString: sf_strerror(nil))))")
      }
      return (handle, info)
    }
  }

  /// Decodes the next samples.
  ///
  /// - Parameters:
  ///   - frames: Shape [T, channels]; integer formats are scaled to −1…1.
  ///   - position: Samples a channel that were decoded before.
  /// - Returns: Samples a channel that were decoded, 0 at the end.
  /// - Throws: `DataError` if the data are damaged.
  package func read(into frames: UnsafeMutableBufferPointer<Float>, position: Int) throws -> Int {
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
