internal import Foundation
internal import Randomness

/// How canaries look and sound.
extension Canaries {
  /// Knots of a picture along a side.
  private static let knots = 4
  /// Partials of a tone.
  private static let partials = 3
  /// Lowest frequency of a partial, and the highest where the sample rate allows it.
  private static let frequenciesHz = (lowest: 100.0, highest: 8000.0)
  /// Highest frequency of a partial as a share of the sample rate.
  private static let highestShare = 0.4
  /// Sum of the amplitudes of a tone's partials.
  private static let amplitude = 0.8

  /// Uniform numbers in (0, 1) of one canary. Data have no seed, and neither have canaries.
  private static func random(_ number: Int, _ count: Int) -> [Float] {
    RandomStream("data/canaries", seed: 0).uniform(count, step: UInt64(number))
  }

  /// A picture of noise without fine detail, which small networks can make too: values drawn at 4 × 4 knots for each
  /// channel, interpolated between them.
  static func noise(_ number: Int, _ shape: [Int]) -> [Float] {
    let (height, width, channels) = (shape[0], shape[1], shape[2])
    let values = random(number, knots * knots * channels)
    let columns = (0..<width).map { place($0, of: width) }
    var picture: [Float] = []
    picture.reserveCapacity(height * width * channels)
    for (row, down) in (0..<height).map({ place($0, of: height) }) {
      for (column, right) in columns {
        for channel in 0..<channels {
          func value(_ y: Int, _ x: Int) -> Float {
            values[((row + y) * knots + column + x) * channels + channel]
          }
          let upper = value(0, 0) + (value(0, 1) - value(0, 0)) * right
          let lower = value(1, 0) + (value(1, 1) - value(1, 0)) * right
          picture.append(upper + (lower - upper) * down)
        }
      }
    }
    return picture
  }

  /// The knot before a pixel, and how far the pixel lies on the way to the next one, in 0…1.
  private static func place(_ pixel: Int, of side: Int) -> (knot: Int, share: Float) {
    let place = (Float(pixel) + 0.5) * Float(knots) / Float(side) - 0.5
    let inside = min(max(place, 0), Float(knots - 1))
    let knot = min(Int(inside), knots - 2)
    return (knot, inside - Float(knot))
  }

  /// A chord of three partials at frequencies, with levels and phases of its own, which rises to a moment of its own
  /// and falls again.
  static func tone(_ number: Int, length: Int, sampleRateHz: Int) -> [Float] {
    let random = random(number, 3 * partials + 2).map(Double.init)
    let levels = (0..<partials).map { 0.2 + 0.8 * random[3 * $0] }
    let highest = min(frequenciesHz.highest, highestShare * Double(sampleRateHz))
    var sound = [Float](repeating: 0, count: length)
    sound.withUnsafeMutableBufferPointer { sound in
      for (partial, level) in levels.enumerated() {
        let (pitch, phase) = (random[3 * partial + 1], random[3 * partial + 2])
        Tones.add(
          frequencyHz: frequenciesHz.lowest * pow(highest / frequenciesHz.lowest, pitch),
          amplitude: amplitude * level / levels.reduce(0, +), phase: 2 * Double.pi * phase,
          sampleRateHz: sampleRateHz, to: sound)
      }
    }
    let (peak, bend) = (0.05 + 0.9 * random[3 * partials], random[3 * partials + 1])
    return sound.enumerated().map { index, value in
      let time = (Double(index) + 0.5) / Double(length)
      let line = time < peak ? time / peak : (1 - time) / (1 - peak)
      return value * Float(line * (1 - bend + bend * line))
    }
  }
}
