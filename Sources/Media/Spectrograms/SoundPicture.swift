internal import Foundation

/// A form of sounds as pictures, in which networks see and make them: time goes down and frequency across. Sounds come
/// back from it.
package protocol SoundPicture: Sendable {
  /// The frames that sounds are divided into, one in each row.
  var frames: ShortTimeFourier { get }
  /// The middle of each column's frequencies.
  var frequenciesHz: [Float] { get }
  /// What silence looks like at each place: a value of each channel.
  var silence: [Float] { get }
  /// The picture of a sound.
  ///
  /// - Parameter sound: Shape [length], in −1…1.
  /// - Returns: Shape [frames, bands, channels], in −1…1.
  func picture(of sound: UnsafeBufferPointer<Float>) -> [Float]
  /// A sound that has about the given picture. Equal pictures give equal sounds.
  ///
  /// - Parameter picture: Shape [frames, bands, channels]; values beyond −1…1 count as the ends.
  /// - Returns: Shape [length], in −1…1.
  func sound(of picture: UnsafeBufferPointer<Float>) -> [Float]
}

extension SoundPicture {
  /// Numbers in a picture.
  package var size: Int { frames.frameCount * bandCount * channels }
  /// Number of columns, from low to high frequencies.
  package var bandCount: Int { frequenciesHz.count }
  /// Number of values at each place.
  package var channels: Int { silence.count }
}

/// A map of powers of at most 1 to −1…1, linear in decibels but for the lowest.
///
/// A power p becomes 1 + 2·10·log₁₀(p + 10^(floor/10))/−floor. With a floor of −80 dB, 1 becomes 1, 10⁻⁴ becomes 0 and
/// silence −1.
struct DecibelScale: Sendable {
  private let range: Float
  private let silence: Float

  /// - Parameter floor: The power, in dB, that is added to all, below 0.
  init(floor: Float) {
    range = -floor
    silence = pow(10, floor / 10)
  }

  /// The value of a power.
  func value(ofPower power: Float) -> Float {
    min(1, 1 + 20 * log10(power + silence) / range)
  }

  /// The power of a value; values beyond −1…1 count as the ends.
  func power(ofValue value: Float) -> Float {
    max(0, pow(10, (min(max(value, -1), 1) - 1) * range / 20) - silence)
  }
}

extension [Float] {
  /// Numbers beyond −1…1 replaced by the ends; those that are no numbers stay.
  func clippedToSound() -> [Float] { map { $0 > 1 ? 1 : $0 < -1 ? -1 : $0 } }
}
