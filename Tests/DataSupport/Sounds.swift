import Media
internal import CSndfile
package import Datasets
internal import Foundation

/// The format in which a sound is written.
package struct SoundFormat: Sendable, CustomStringConvertible {
  /// Ending of the file's name.
  package let name: String
  /// libsndfile's number of the container and the encoding.
  package let code: Int

  /// Names a format.
  package init(name: String, code: Int) { (self.name, self.code) = (name, code) }

  package var description: String { name }

  package static let wav = SoundFormat(name: "wav", code: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
  package static let flac = SoundFormat(name: "flac", code: SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
  package static let aiff = SoundFormat(name: "aiff", code: SF_FORMAT_AIFF | SF_FORMAT_PCM_16)
  package static let ogg = SoundFormat(name: "ogg", code: SF_FORMAT_OGG | SF_FORMAT_VORBIS)
  package static let mp3 = SoundFormat(name: "mp3", code: SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
  package static let floatWAV = SoundFormat(name: "wav", code: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
  package static let unsignedWAV = SoundFormat(name: "wav", code: SF_FORMAT_WAV | SF_FORMAT_PCM_U8)
}

extension TemporaryFolder {
  /// Writes a sound through libsndfile.
  ///
  /// - Parameter frames: Shape [T, channels]; 16-bit formats get the nearest multiples of 2⁻¹⁵.
  @discardableResult
  package func writeSound(
    _ frames: [Float], channels: Int = 1, rate: Int = 16_000, as format: SoundFormat = .wav,
    to name: String
  ) throws -> String {
    let path = try write([], to: name)
    var info = SF_INFO()
    info.samplerate = Int32(rate)
    info.channels = Int32(channels)
    info.format = Int32(format.code)
    guard let file = sf_open(path, Int32(SFM_WRITE), &info) else {
      throw UnwrittenSound(path: path)
    }
    defer { sf_close(file) }
    let count = sf_count_t(frames.count / channels)
    if format.code & SF_FORMAT_SUBMASK == SF_FORMAT_PCM_16 {
      let words = frames.map { Int16(max(-32_768, min(32_767, ($0 * 32_768).rounded()))) }
      guard sf_writef_short(file, words, count) == count else { throw UnwrittenSound(path: path) }
    } else {
      // libsndfile's Vorbis encoder overflows its stack when it gets many samples at once.
      for start in stride(from: 0, to: frames.count, by: 1024 * channels) {
        let part = Array(frames[start..<min(start + 1024 * channels, frames.count)])
        sf_writef_float(file, part, sf_count_t(part.count / channels))
      }
    }
    return path
  }

  /// Loads the sounds in the folder, or only those at `name`.
  package func loadSounds(
    _ name: String = "", rate: Int = 16_000, length: Int, limit: Int? = nil, holdout: Double = 0,
    skipBroken: Bool = false
  ) throws -> Dataset {
    try Dataset.load(
      SoundRequest(
        source: .path(name.isEmpty ? path : path + "/" + name), sampleRateHz: rate, length: length,
        limit: limit, holdout: holdout, skipBroken: skipBroken))
  }
}

extension Examples {
  /// All examples in −1…1.
  package var sounds: [[Float]] { (0..<count).map { pixels($0, range: .symmetric) } }
}

/// A sinusoid that starts at 0.
package func sine(_ frequency: Double, rate: Int, count: Int, amplitude: Double = 0.5) -> [Float] {
  (0..<count).map {
    Float(amplitude * sin(2 * Double.pi * frequency * Double($0) / Double(rate)))
  }
}

/// Noise in −0.5…0.5 in multiples of 2⁻¹⁵, determined by `seed`.
package func noise(_ seed: Int, count: Int) -> [Float] {
  (0..<count).map { index in
    var bits = UInt64(seed &* 1_000_003 &+ index) &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ bits >> 29) &* 0xBF58_476D_1CE4_E5B9
    return Float(Int(bits >> 49) - 16_384) / 32_768
  }
}

/// Error for a sound that libsndfile cannot write.
private struct UnwrittenSound: Error { let path: String }
