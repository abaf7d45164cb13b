internal import Foundation

/// Writes 16-bit PCM WAV files of one channel.
public enum SoundFile {
  private static let headerByteCount = 44

  /// Encodes a sound.
  ///
  /// - Parameters:
  ///   - samples: Shape [T], in −1…1; the rest is clamped, NaN becomes 0.
  ///   - sampleRateHz: Samples a second.
  /// - Throws: `DataError` if the sound is longer than a WAV file can be.
  public static func encode(
    _ samples: UnsafeBufferPointer<Float>, sampleRateHz: Int
  ) throws -> [UInt8] {
    guard samples.count <= (Int(UInt32.max) - headerByteCount) / 2 else {
      throw DataError(
        file: "WAV", problem: "\(samples.count) samples are more than a file can hold")
    }
    let byteCount = samples.count * 2
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerByteCount + byteCount)
    func append(_ value: Int, _ count: Int) {
      for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
    bytes += "RIFF".utf8
    append(headerByteCount - 8 + byteCount, 4)
    bytes += "WAVEfmt ".utf8
    // The length of what follows, PCM, one channel, bytes a second, bytes a frame, bits a sample.
    for (value, count) in [(16, 4), (1, 2), (1, 2), (sampleRateHz, 4), (2 * sampleRateHz, 4)] {
      append(value, count)
    }
    append(2, 2)
    append(16, 2)
    bytes += "data".utf8
    append(byteCount, 4)
    for sample in samples { append(integer(sample), 2) }
    return bytes
  }

  /// Writes a sound, under a temporary name that is then renamed; see `encode`.
  ///
  /// - Throws: `DataError` if the file cannot be written.
  public static func write(
    _ samples: UnsafeBufferPointer<Float>, sampleRateHz: Int, to path: String
  ) throws {
    try writeAtomically(Data(encode(samples, sampleRateHz: sampleRateHz)), to: path)
  }

  /// The nearest 16-bit value; 32,768 stands for 1, as for everything that reads such files.
  private static func integer(_ sample: Float) -> Int {
    guard !sample.isNaN else { return 0 }
    return Int(min(max((sample * 32_768).rounded(), -32_768), 32_767))
  }
}
