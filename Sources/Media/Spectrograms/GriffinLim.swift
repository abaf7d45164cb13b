/// Finds sounds whose frames have given magnitudes.
///
/// From any phases, it goes back and forth between the spectra of sounds and those with the magnitudes that are
/// wanted, and each time a little further than the last step led.
///
/// Sources: D. Griffin, J. Lim 1984, "Signal estimation from modified short-time Fourier transform", §III; N.
/// Perraudin, P. Balazs, P. Søndergaard 2013, "A fast Griffin-Lim algorithm", algorithm 2.
package struct GriffinLim: Sendable {
  /// The share of a step by which the next one goes further. Source: Perraudin et al. 2013, §4.
  private static let momentum: Float = 0.99

  private let frames: ShortTimeFourier
  private let rounds: Int

  /// Prepares for sounds of some frames.
  ///
  /// - Parameter rounds: Number of times that it goes back and forth.
  package init(_ frames: ShortTimeFourier, rounds: Int) {
    (self.frames, self.rounds) = (frames, rounds)
  }

  /// A sound.
  ///
  /// - Parameters:
  ///   - magnitudes: Shape [frames, bins].
  ///   - directions: The phases to begin with: pairs of a real and an imaginary part whose magnitudes do not count,
  ///     shape [frames, bins, 2].
  /// - Returns: Shape [length].
  package func sound(_ magnitudes: [Float], from directions: [Float]) -> [Float] {
    let transform = FourierTransform(count: frames.windowCount)
    var target = directions
    var (reached, earlier) = (directions, directions)
    var sound = [Float](repeating: 0, count: frames.length)
    Self.impose(magnitudes, on: &target)
    for round in 0..<rounds {
      target.withUnsafeBufferPointer { target in
        sound.withUnsafeMutableBufferPointer { frames.synthesize(target, to: $0, transform) }
      }
      swap(&reached, &earlier)
      sound.withUnsafeBufferPointer { sound in
        reached.withUnsafeMutableBufferPointer { frames.analyze(sound, to: $0, transform) }
      }
      let momentum = round == 0 ? 0 : Self.momentum
      for index in target.indices {
        target[index] = reached[index] + momentum * (reached[index] - earlier[index])
      }
      Self.impose(magnitudes, on: &target)
    }
    target.withUnsafeBufferPointer { target in
      sound.withUnsafeMutableBufferPointer { frames.synthesize(target, to: $0, transform) }
    }
    return sound
  }

  /// Scales every pair to a magnitude. A pair of zeros becomes a positive real number.
  private static func impose(_ magnitudes: [Float], on pairs: inout [Float]) {
    for (index, magnitude) in magnitudes.enumerated() {
      let (real, imaginary) = (pairs[2 * index], pairs[2 * index + 1])
      let found = (real * real + imaginary * imaginary).squareRoot()
      pairs[2 * index] = found > 0 ? real * (magnitude / found) : magnitude
      pairs[2 * index + 1] = found > 0 ? imaginary * (magnitude / found) : 0
    }
  }
}
