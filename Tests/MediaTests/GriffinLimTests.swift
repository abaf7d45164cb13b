import DataSupport
import Foundation
import Media
import Testing

@Suite struct GriffinLimTests {
  private let frames = ShortTimeFourier(length: 8192, windowCount: 512, frameCount: 64)

  private func magnitudes(_ sound: [Float]) -> [Float] {
    sound.withUnsafeBufferPointer { frames.powers(of: $0).map { $0.squareRoot() } }
  }

  /// The distance of the magnitudes of what comes back, as a share of those that are wanted.
  private func spectralConvergence(_ sound: [Float], rounds: Int) -> Float {
    let wanted = magnitudes(sound)
    let directions = noise(9, count: 2 * wanted.count)
    let found = magnitudes(GriffinLim(frames, rounds: rounds).sound(wanted, from: directions))
    let square = zip(found, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (square / wanted.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  @Test func convergesOnASine() {
    let sine = sine(440, rate: 16_000, count: 8192)
    let (none, found) = (
      spectralConvergence(sine, rounds: 0), spectralConvergence(sine, rounds: 32)
    )
    print("Griffin-Lim on a sine: \(none), after 32 rounds \(found)")
    #expect(none > 0.3 && found < 0.1)
  }

  @Test func convergesOnNoise() {
    let noise = noise(2, count: 8192)
    let (few, many) = (
      spectralConvergence(noise, rounds: 4), spectralConvergence(noise, rounds: 32)
    )
    print("Griffin-Lim on noise: after 4 rounds \(few), after 32 \(many)")
    #expect(many < few && many < 0.2)
  }

  /// The spectrum of a sound is reached already, so that any number of rounds changes nothing.
  @Test func aSoundsOwnSpectrumStays() {
    let noise = noise(3, count: 8192)
    let spectrum = noise.withUnsafeBufferPointer { frames.spectrum(of: $0) }
    for rounds in [0, 1, 8] {
      let found = GriffinLim(frames, rounds: rounds).sound(magnitudes(noise), from: spectrum)
      #expect(zip(found, noise).allSatisfy { abs($0 - $1) < 1e-4 }, "\(rounds) rounds")
    }
  }
}
