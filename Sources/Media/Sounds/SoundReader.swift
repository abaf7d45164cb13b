internal import Files
internal import Complaints
internal import CSndfile
internal import Foundation

/// Guards the opening of files: libsndfile keeps the reason why one failed in one place for all threads.
private let openLock = NSLock()

/// A sound file that is decoded from start to end. It closes itself.
package struct SoundReader: ~Copyable {
  /// The file as it was named.
  package let path: String
  /// Number of channels, the samples of a frame.
  package let channels: Int
  /// Frames a second.
  package let sampleRateHz: Int
  /// Samples per channel; nil for a stream whose header does not say, or only guesses.
  package let frameCount: Int?
  /// Bytes of the file, to check its header's claim against.
  private let byteCount: Int
  /// Least amplitude that counts as full scale.
  package let fullScale: Float
  /// Kept here, since libsndfile holds no reference to it.
  private let source: SoundSource
  private let handle: OpaquePointer

  /// Samples per byte of a file above which a header's claim is doubted. No format is known to pack sounds
  /// this densely; only silence needs fewer bytes.
  private static let densityLimit = 16

  /// True where the header claims more samples than is usual for so few bytes. They must be counted before
  /// memory is asked for.
  package var isClaimDoubtful: Bool { (frameCount ?? 0) / Self.densityLimit > byteCount }

  /// Opens a sound file of any kind that libsndfile recognises by its content.
  ///
  /// - Throws: `DataError` if the file holds no sound or ends before its header says; `FileError` if it
  ///   cannot be opened.
  package static func open(_ path: String) throws -> SoundReader {
    let source = try SoundSource(path)
    var (handle, info) = try openHandle(source)
    var isCounted = true
    if Int(info.format) & SF_FORMAT_TYPEMASK == SF_FORMAT_MPEG {
      sf_close(handle)
      isCounted = try MPEGFrames(source.file).isCounted
      // libsndfile guesses the length of an MP3 file from its end, and reads no further.
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
  ///   - position: Samples per channel that were decoded before.
  /// - Returns: Samples per channel that were decoded, 0 at the end.
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

/// Turns a library's sentence into the end of an error text: `Error : Unknown format.` becomes `unknown
/// format`.
private func soundMessage(_ sentence: String) -> String {
  var text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  if text.hasPrefix("Error : ") { text.removeFirst("Error : ".count) }
  return text.prefix(1).lowercased() + text.dropFirst()
}
