internal import Foundation

/// Spectrograms with their phases: of every frequency below half the sample rate a level and an instantaneous frequency.
///
/// The level is the magnitude in decibels, from −100 dB as −1 to 0 dB, the most that a sound in −1…1 can have, as 1; see
/// `DecibelScale`. A sinusoid of amplitude 1 has −6 dB. The instantaneous frequency is the step of the phase from the
/// frame before, from −π as −1 to π as 1, and in the first frame the phase itself. A steady tone has the same at all
/// times, and in all bins that hear it. Where nothing is heard it is 0.
///
/// Sounds come back by Griffin–Lim from the picture's own phases; a picture that is of a sound gives it back at once.
///
/// Source: J. Engel et al. 2019, "GANSynth", arXiv:1902.08710, §2.
package struct PhasePicture: SoundPicture {
  private static let scale = DecibelScale(floor: -100)
  /// Rounds of Griffin–Lim: few, as they are to reconcile neighbouring frames and to keep the phases.
  private static let rounds = 8

  /// The frames that sounds are divided into.
  package let frames: ShortTimeFourier
  /// All frequencies of a frame but the highest.
  package let frequenciesHz: [Float]
  /// −1, and no step of the phase.
  package let silence: [Float] = [-1, 0]
  private let search: GriffinLim
  /// The largest magnitude that there can be, squared.
  private let loudest: Float

  /// Plans pictures of sounds.
  package init(_ frames: ShortTimeFourier, sampleRateHz: Int) {
    self.frames = frames
    frequenciesHz = (0..<frames.windowCount / 2).map {
      Float($0) * Float(sampleRateHz) / Float(frames.windowCount)
    }
    search = GriffinLim(frames, rounds: Self.rounds)
    let sum = frames.window.reduce(0, +)
    loudest = sum * sum
  }

  /// The picture of a sound; see `SoundPicture`.
  package func picture(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    let spectrum = frames.spectrum(of: sound)
    var picture: [Float] = []
    picture.reserveCapacity(size)
    // The phases that the steps so far lead to.
    var phases = [Float](repeating: 0, count: bandCount)
    for frame in 0..<frames.frameCount {
      for band in 0..<bandCount {
        let place = 2 * (frame * frames.binCount + band)
        let (real, imaginary) = (spectrum[place], spectrum[place + 1])
        let level = Self.scale.value(ofPower: (real * real + imaginary * imaginary) / loudest)
        let phase = level > -1 ? atan2(imaginary, real) : phases[band]
        let step = phase - phases[band]
        picture += [level, (step - 2 * .pi * (step / (2 * .pi)).rounded()) / .pi]
        phases[band] = phase
      }
    }
    return picture
  }

  /// A sound that has about the given picture; see `SoundPicture`.
  package func sound(of picture: UnsafeBufferPointer<Float>) -> [Float] {
    precondition(picture.count == size, "the picture does not have its stated size")
    var phases = [Double](repeating: 0, count: bandCount)
    var magnitudes: [Float] = []
    var directions: [Float] = []
    for frame in 0..<frames.frameCount {
      for band in 0..<bandCount {
        let place = 2 * (frame * bandCount + band)
        magnitudes.append((Self.scale.power(ofValue: picture[place]) * loudest).squareRoot())
        phases[band] += Double(min(max(picture[place + 1], -1), 1)) * .pi
        directions += [Float(cos(phases[band])), Float(sin(phases[band]))]
      }
      // The highest frequency is silent.
      magnitudes.append(0)
      directions += [1, 0]
    }
    return search.sound(magnitudes, from: directions).clippedToSound()
  }
}
