package import Datasets
internal import Media
internal import Foundation

/// Recognises the modes of `tones` in original and generated sounds.
///
/// A sound is compared with every mode by its amplitudes in narrow frequency bands and by its amplitudes in
/// parts of its length. Phases, gain and detuning make no difference.
package struct TonesRecognizer: Sendable {
  /// The smallest product of the two similarities, each of which is 1 for equal shapes.
  private static let similarityMinimum: Float = 0.8
  /// The smallest peak of a sound that has a mode.
  private static let peakMinimum: Float = 0.01
  /// Number of parts of the length; the shortest tone has about a period in each.
  private static let partCount = 6
  private static let segmentCount = 1 << 14
  /// Ratio of neighbouring bands, six times the largest detuning.
  private static let bandRatio = 1.03
  private static let lowestHz = 150.0
  private static let highestHz = 3900.0

  private struct Template {
    let mode: TonesMode
    let bands: [Float]
    let parts: [Float]
  }

  private let sampleRateHz: Int
  private let length: Int
  private var templates: [Template] = []

  /// Prepares for sounds of one kind.
  ///
  /// - Parameters:
  ///   - sampleRateHz: At least 8000.
  ///   - length: Number of samples of a sound, at least a fiftieth of a second.
  package init(sampleRateHz: Int, length: Int) {
    precondition(sampleRateHz >= 8000, "tones need 8 kHz")
    precondition(length * 50 >= sampleRateHz, "tones need 20 ms")
    self.sampleRateHz = sampleRateHz
    self.length = length
    for pitch in TonesMode.Pitch.allCases {
      for envelope in TonesMode.Envelope.allCases {
        templates += makeTemplates(pitch, envelope)
      }
    }
  }

  /// Recognises the mode of a sound.
  ///
  /// - Parameter sound: Shape [T], in −1…1.
  /// - Returns: The mode; nil if none fits.
  package func mode(of sound: UnsafeBufferPointer<Float>) -> TonesMode? {
    precondition(sound.count == length, "the sound does not have its stated length")
    let peak = sound.reduce(Float(0)) { max($0, abs($1)) }
    guard peak >= Self.peakMinimum, sound.allSatisfy(\.isFinite) else { return nil }
    let bands = normalized(bandPowers(of: sound))
    let parts = normalized(partPowers(of: sound))
    var best: (mode: TonesMode, similarity: Float)?
    for template in templates {
      let similarity = dot(template.bands, bands) * dot(template.parts, parts)
      if similarity > best?.similarity ?? Self.similarityMinimum {
        best = (template.mode, similarity)
      }
    }
    return best?.mode
  }

  /// Templates of the four timbres of one pitch and envelope, as sums of the powers of their partials.
  private func makeTemplates(
    _ pitch: TonesMode.Pitch, _ envelope: TonesMode.Envelope
  ) -> [Template] {
    var sound = [Float](repeating: 0, count: length)
    let partials = (1...4).map { partial in
      sound.withUnsafeMutableBufferPointer { buffer in
        buffer.update(repeating: 0)
        Tones.add(
          frequencyHz: pitch.frequencyHz * Double(partial), amplitude: 1, phase: 0,
          sampleRateHz: sampleRateHz, to: buffer)
        Tones.shape(buffer, envelope)
        return bandPowers(of: UnsafeBufferPointer(buffer))
      }
    }
    let parts = normalized(
      sound.withUnsafeMutableBufferPointer { buffer in
        buffer.update(repeating: 1)
        Tones.shape(buffer, envelope)
        return partPowers(of: UnsafeBufferPointer(buffer))
      })
    return TonesMode.Timbre.allCases.map { timbre in
      let powers = partials[0].indices.map { band in
        zip(partials, timbre.amplitudes).reduce(Float(0)) { sum, partial in
          sum + partial.0[band] * Float(partial.1 * partial.1)
        }
      }
      return Template(
        mode: TonesMode(pitch: pitch, envelope: envelope, timbre: timbre),
        bands: normalized(powers), parts: parts)
    }
  }

  /// The power in overlapping bands of equal ratio.
  private func bandPowers(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    let bandCount = Int(log(Self.highestHz / Self.lowestHz) / log(Self.bandRatio)) + 2
    var bands = [Float](repeating: 0, count: bandCount)
    let transform = FourierTransform(count: Self.segmentCount)
    for start in stride(from: 0, to: length, by: Self.segmentCount) {
      let end = min(start + Self.segmentCount, length)
      let powers = transform.powers(of: UnsafeBufferPointer(rebasing: sound[start..<end]))
      for (bin, power) in powers.enumerated() {
        let frequency = Double(bin) * Double(sampleRateHz) / Double(Self.segmentCount)
        guard frequency >= Self.lowestHz, frequency < Self.highestHz else { continue }
        let place = log(frequency / Self.lowestHz) / log(Self.bandRatio)
        let (band, part) = (Int(place), Float(place - place.rounded(.down)))
        bands[band] += (1 - part) * power
        bands[band + 1] += part * power
      }
    }
    return bands
  }

  /// The power in equal parts of the length.
  private func partPowers(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    (0..<Self.partCount).map { part in
      let range = part * length / Self.partCount..<(part + 1) * length / Self.partCount
      return sound[range].reduce(0) { $0 + $1 * $1 } / Float(range.count)
    }
  }

  /// Amplitudes with a sum of squares of 1.
  private func normalized(_ powers: [Float]) -> [Float] {
    let sum = powers.reduce(0, +)
    return powers.map { sum > 0 ? ($0 / sum).squareRoot() : 0 }
  }

  private func dot(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
