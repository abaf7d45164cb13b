internal import Specification

/// How a sound is divided into examples: windows that follow one another, the last one padded; or one window of it.
struct SoundWindows: Equatable {
  /// Samples of a window.
  let length: Int
  /// Windows that the sound gives.
  let count: Int
  /// Samples in the last window if it is padded, otherwise 0.
  let tail: Int
  /// Samples at the end that are in no window, being less than half of one; 0 where one window was chosen.
  let dropped: Int
  /// Whether the sound does not fit in one window.
  let isLonger: Bool
  /// Which windows of a longer sound there are.
  let choice: WindowChoice

  /// - Parameter sampleCount: Samples of the whole sound.
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

  /// Where the window of a longer sound starts that has the most energy; the first of equal ones.
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

  /// Whether the sound does not even fill one window.
  var isShorter: Bool { count == 1 && tail > 0 }

  /// Fades the samples before the padding out, so that the sound does not end in a click.
  ///
  /// - Parameters:
  ///   - samples: Shape [count, length].
  ///   - sampleRateHz: The fade lasts 5 ms, or half of a shorter rest.
  func fade(_ samples: UnsafeMutableBufferPointer<Float>, sampleRateHz: Int) {
    guard tail > 0 else { return }
    let fadeCount = min(sampleRateHz / 200, tail / 2)
    let end = (count - 1) * length + tail
    for step in 0..<fadeCount {
      // From the last sample backwards, up a straight line from near 0 to near 1.
      samples[end - 1 - step] *= (Float(step) + 0.5) / Float(fadeCount)
    }
  }
}
