internal import Files
internal import Complaints
internal import CSndfile
internal import Foundation

/// Writes 16-bit PCM WAV files of one channel.
public enum SoundFile {
  /// Bytes before the samples.
  package static let headerByteCount = 44

  /// Encodes a sound.
  ///
  /// - Parameters:
  ///   - samples: Shape [T], in −1…1; values outside are clamped, NaN becomes 0.
  ///   - sampleRateHz: Samples a second.
  /// - Throws: `DataError` if the sound is longer than a WAV file can be.
  public static func encode(
    _ samples: UnsafeBufferPointer<Float>, sampleRateHz: Int
  ) throws -> [UInt8] {
    let memory = MemoryFile()
    var info = SF_INFO()
    info.samplerate = Int32(sampleRateHz)
    info.channels = 1
    info.format = Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    var access = MemoryFile.access
    let context = Unmanaged.passUnretained(memory).toOpaque()
    guard
      samples.count <= (Int(UInt32.max) - headerByteCount) / MemoryLayout<Int16>.size,
      let file = sf_open_virtual(&access, Int32(SFM_WRITE), &info, context)
    else {
      throw DataError(
        file: "WAV", problem: "\(samples.count) samples are more than a file can hold")
    }
    let words = samples.map(integer)
    let written = sf_write_short(file, words, sf_count_t(words.count))
    guard sf_close(file) == 0, written == words.count else {
      throw DataError(file: "WAV", problem: "cannot be encoded: \(written) samples were taken")
    }
    return memory.bytes
  }

  /// Writes a sound, under a temporary name that is then renamed; see `encode`.
  ///
  /// - Throws: See `AtomicFile.write`.
  public static func write(
    _ samples: UnsafeBufferPointer<Float>, sampleRateHz: Int, to path: String
  ) throws {
    try AtomicFile.write(
      Data(encode(samples, sampleRateHz: sampleRateHz)), to: URL(fileURLWithPath: path))
  }

  /// The nearest 16-bit value; 32,768 stands for 1, as in all programs that read such files.
  private static func integer(_ sample: Float) -> Int16 {
    guard !sample.isNaN else { return 0 }
    return Int16(min(max((sample * 32_768).rounded(), -32_768), 32_767))
  }
}

/// A file in memory for libsndfile to write to, so that the file on disk is written whole or not at all.
private final class MemoryFile {
  private(set) var bytes: [UInt8] = []
  private var position = 0

  /// Callbacks for libsndfile, which never reads a file that it writes.
  static let access = SF_VIRTUAL_IO(
    get_filelen: { sf_count_t(MemoryFile.of($0)?.bytes.count ?? 0) },
    seek: { offset, origin, context in MemoryFile.of(context)?.seek(Int(offset), origin) ?? -1 },
    read: { _, _, _ in 0 },
    write: { source, count, context in MemoryFile.of(context)?.write(source, Int(count)) ?? 0 },
    tell: { sf_count_t(MemoryFile.of($0)?.position ?? 0) })

  private static func of(_ context: UnsafeMutableRawPointer?) -> MemoryFile? {
    context.map { Unmanaged<MemoryFile>.fromOpaque($0).takeUnretainedValue() }
  }

  private func seek(_ offset: Int, _ origin: Int32) -> sf_count_t {
    switch origin {
    case SEEK_CUR: position += offset
    case SEEK_END: position = bytes.count + offset
    default: position = offset
    }
    return sf_count_t(position)
  }

  private func write(_ source: UnsafeRawPointer?, _ count: Int) -> sf_count_t {
    let part = UnsafeRawBufferPointer(start: source, count: count)
    let missing = position + count - bytes.count
    if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: missing)) }
    bytes.replaceSubrange(position..<position + count, with: part)
    position += count
    return sf_count_t(count)
  }
}
