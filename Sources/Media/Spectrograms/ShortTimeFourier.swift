/// The spectra of overlapping frames of sounds of one length, and the sound that fits spectra best.
///
/// Frame f is centred on the middle of the samples from f·hop to (f + 1)·hop; the frames at the ends hang over, and
/// hear silence there. The last ones may lie beyond the end by less than a sample each, where the frames do not
/// divide the length.
package struct ShortTimeFourier: Sendable {
  /// Samples of a sound.
  package let length: Int
  /// Samples of a frame.
  package let windowCount: Int
  /// Frames of a sound.
  package let frameCount: Int
  /// Samples from one frame to the next.
  package let hop: Int
  /// Frequencies of a frame, from 0 Hz to half the sample rate.
  package var binCount: Int { windowCount / 2 + 1 }
  /// The frames' Hann window, shape [window].
  package let window: [Float]
  /// Samples of the first frame before the start of the sound.
  private let lead: Int
  /// The reciprocal of the summed squared windows over each sample, and of the gain of the inverse transform.
  private let shares: [Float]

  /// Divides sounds into frames.
  ///
  /// - Parameters:
  ///   - length: Samples of a sound.
  ///   - windowCount: Samples of a frame, even, and at least twice the hop that follows.
  ///   - frameCount: Frames of a sound, at most `length`.
  package init(length: Int, windowCount: Int, frameCount: Int) {
    precondition((1...length).contains(frameCount), "more frames than samples")
    let hop = (length + frameCount - 1) / frameCount
    precondition(windowCount % 2 == 0 && 2 * hop <= windowCount, "frames do not overlap by half")
    (self.length, self.windowCount) = (length, windowCount)
    (self.frameCount, self.hop, lead) = (frameCount, hop, (windowCount - hop) / 2)
    window = hannWindow(windowCount)
    var sums = [Float](repeating: 0, count: length)
    for frame in 0..<frameCount {
      for index in 0..<windowCount {
        let sample = frame * hop - lead + index
        if sums.indices.contains(sample) { sums[sample] += window[index] * window[index] }
      }
    }
    shares = sums.map { 1 / ($0 * Float(windowCount)) }
  }

  /// The spectra of a sound's frames.
  ///
  /// - Parameters:
  ///   - sound: Shape [length].
  ///   - spectrum: Receives pairs of a real and an imaginary part, shape [frames, bins, 2].
  ///   - transform: Of the window's length.
  func analyze(
    _ sound: UnsafeBufferPointer<Float>, to spectrum: UnsafeMutableBufferPointer<Float>,
    _ transform: borrowing FourierTransform
  ) {
    guard let target = spectrum.baseAddress else { return }
    var frame = [Float](repeating: 0, count: windowCount)
    for number in 0..<frameCount {
      let start = number * hop - lead
      for index in 0..<windowCount {
        let sample = start + index
        frame[index] = sample >= 0 && sample < length ? sound[sample] * window[index] : 0
      }
      transform.transform(frame, to: target + number * 2 * binCount)
    }
  }

  /// The sound whose frames have the spectra that are closest to some, in the sum of squares.
  ///
  /// - Parameters:
  ///   - spectrum: Shape [frames, bins, 2].
  ///   - sound: Receives shape [length].
  ///
  /// Source: D. Griffin, J. Lim 1984, "Signal estimation from modified short-time Fourier transform", eq. 6.
  func synthesize(
    _ spectrum: UnsafeBufferPointer<Float>, to sound: UnsafeMutableBufferPointer<Float>,
    _ transform: borrowing FourierTransform
  ) {
    guard let source = spectrum.baseAddress else { return }
    sound.update(repeating: 0)
    var frame = [Float](repeating: 0, count: windowCount)
    for number in 0..<frameCount {
      transform.inverse(source + number * 2 * binCount, to: &frame)
      let start = number * hop - lead
      for index in max(0, -start)..<max(0, min(windowCount, length - start)) {
        sound[start + index] += frame[index] * window[index]
      }
    }
    for (sample, share) in shares.enumerated() { sound[sample] *= share }
  }

  /// The spectra of a sound's frames, shape [frames, bins, 2].
  package func spectrum(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    precondition(sound.count == length, "the sound does not have its stated length")
    let count = frameCount * binCount * 2
    return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      analyze(
        sound, to: UnsafeMutableBufferPointer(rebasing: buffer[..<count]),
        FourierTransform(count: windowCount))
      filled = count
    }
  }

  /// The squared magnitudes of a sound's frames, shape [frames, bins].
  package func powers(of sound: UnsafeBufferPointer<Float>) -> [Float] {
    let spectrum = spectrum(of: sound)
    return stride(from: 0, to: spectrum.count, by: 2).map { place in
      let (real, imaginary) = (spectrum[place], spectrum[place + 1])
      return real * real + imaginary * imaginary
    }
  }
}
