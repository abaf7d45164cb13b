internal import Randomness

/// Log-mel spectrograms from which sounds come back by Griffin–Lim.
///
/// The value of a band is its mean power in decibels, from −80 dB as −1 to 0 dB, the power of a constant 1, as 1; see
/// `DecibelScale`. No sound in −1…1 is louder.
package struct LogMelPicture: SoundPicture {
  private static let scale = DecibelScale(floor: -80)
  /// Rounds of Griffin–Lim. Of drums, 32 bring the magnitudes to within 9%, and 60 to within 7%.
  private static let rounds = 32

  /// The frames that sounds are divided into.
  package let frames: ShortTimeFourier
  /// The middle of each mel band.
  package let frequenciesHz: [Float]
  /// −1.
  package let silence: [Float] = [-1]
  private let bands: MelBands
  private let search: GriffinLim
  /// Factor that turns a squared magnitude into a share of the mean power.
  private let powerScale: Float
  /// The phases that every sound begins with, as pairs, shape [frames, bins, 2]. They are the same for all, so that a
  /// sound depends on its picture alone.
  private let directions: [Float]

  /// Plans pictures of sounds.
  ///
  /// - Parameter bandCount: Number of mel bands.
  package init(_ frames: ShortTimeFourier, sampleRateHz: Int, bandCount: Int) {
    self.frames = frames
    bands = MelBands(bandCount, sampleRateHz: sampleRateHz, transformCount: frames.windowCount)
    frequenciesHz = bands.centersHz
    search = GriffinLim(frames, rounds: Self.rounds)
    powerScale = 2 / (Float(frames.windowCount) * frames.window.reduce(0) { $0 + $1 * $1 })
    directions = RandomStream("griffin_lim", seed: 0)
      .normal(frames.frameCount * frames.binCount * 2)
  }

  /// The picture of a sound; see `SoundPicture`.
  package func picture(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    let (powers, bins) = (frames.powers(of: sound), frames.binCount)
    return stride(from: 0, to: powers.count, by: bins).flatMap { start in
      bands.powers(ofBins: Array(powers[start..<start + bins])).map {
        Self.scale.value(ofPower: $0 * powerScale)
      }
    }
  }

  /// A sound that has about the given picture; see `SoundPicture`.
  package func sound(of picture: UnsafeBufferPointer<Float>) -> [Float] {
    precondition(picture.count == size, "the picture does not have its stated size")
    let magnitudes = stride(from: 0, to: size, by: bandCount).flatMap { start in
      let powers = picture[start..<start + bandCount].map { value in
        Self.scale.power(ofValue: value) / powerScale
      }
      return bands.binPowers(ofBands: powers).map { $0.squareRoot() }
    }
    return search.sound(magnitudes, from: directions).clippedToSound()
  }
}
