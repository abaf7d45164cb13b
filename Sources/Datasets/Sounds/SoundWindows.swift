internal import Complaints
internal import Specification

/// The division of a sound into examples: windows that follow one another, the last one padded; or a single
/// window. With windows of 4 samples, 10 samples give three, of which the last has 2 samples and padding; 9
/// samples give two, and the last sample is dropped.
struct SoundWindows: Equatable {
  /// Samples of a window.
  let length: Int
  /// Number of windows.
  let count: Int
  /// Samples in the last window if it is padded, otherwise 0.
  let tail: Int
  /// Samples at the end that are in no window, fewer than half of one; 0 where a single window was chosen.
  let dropped: Int
  /// True where the sound is longer than one window.
  let isLonger: Bool
  /// True where the whole sound is needed to choose its window.
  var needsWhole: Bool { isLonger && choice == .loudest }
  /// Choice of windows from a longer sound.
  let choice: WindowChoice

  /// Divides a sound.
  ///
  /// - Parameter sampleCount: Length of the whole sound in samples.
  init(sampleCount: Int, length: Int, choice: WindowChoice = .all) {
    self.length = length
    self.choice = choice
    isLonger = sampleCount > length
    guard choice == .all || !isLonger else {
      (count, tail, dropped) = (1, 0, 0)
      return
    }
    let (whole, rest) = sampleCount.quotientAndRemainder(dividingBy: length)
    let keepsRest = rest > 0 && (whole == 0 || rest >= length - rest)
    count = whole + (keepsRest ? 1 : 0)
    tail = keepsRest ? rest : 0
    dropped = keepsRest ? 0 : rest
  }

  /// Number of samples that resampling gives: rounded down, as libsamplerate does.
  ///
  /// - Parameters:
  ///   - frameCount: Samples before.
  ///   - rateHz: Samples a second before.
  ///   - targetHz: Samples a second after.
  ///   - file: Name of the sound in errors.
  /// - Throws: `DataError` for fewer than 2, which are no sound.
  static func sampleCount(
    _ frameCount: Int, from rateHz: Int, to targetHz: Int, file: String
  ) throws -> Int {
    let resampled = Double(frameCount) * Double(targetHz) / Double(rateHz)
    let count = Int(exactly: resampled.rounded(.down)) ?? .max
    guard count >= 2 else {
      throw DataError(
        file: file,
        problem:
          "expected at least 2 samples at \(targetHz) Hz, found \(frameCount) at \(rateHz) Hz")
    }
    return count
  }

  /// Start of the window with the most energy in a longer sound; the first on ties.
  ///
  /// - Parameter samples: The whole sound.
  static func loudest(_ samples: UnsafeBufferPointer<Float>, length: Int) -> Int {
    func energy(_ index: Int) -> Double { Double(samples[index]) * Double(samples[index]) }
    var sum = samples.indices.prefix(length).reduce(0) { $0 + energy($1) }
    var best = (start: 0, energy: sum)
    for start in samples.indices.dropFirst().prefix(max(0, samples.count - length)) {
      sum += energy(start + length - 1) - energy(start - 1)
      if sum > best.energy { best = (start, sum) }
    }
    return best.start
  }

  /// True where the sound is shorter than one window.
  var isShorter: Bool { count == 1 && tail > 0 }

  /// Fades out the samples before the padding, so that the sound does not end in a click.
  ///
  /// - Parameters:
  ///   - samples: Shape [count, length].
  ///   - sampleRateHz: Samples a second; the fade lasts 5 ms, or half of the last window's samples if that
  ///     is shorter.
  func fade(_ samples: UnsafeMutableBufferPointer<Float>, sampleRateHz: Int) {
    guard tail > 0 else { return }
    let fadeCount = min(sampleRateHz / 200, tail / 2)
    let end = (count - 1) * length + tail
    for step in 0..<fadeCount {
      // A straight line, from near 0 at the last sample backwards to near 1.
      samples[end - 1 - step] *= (Float(step) + 0.5) / Float(fadeCount)
    }
  }
}
