internal import CKissFFT

/// The discrete Fourier transform of real signals of one length, and its inverse, through kissfft. It is the
/// package's only fast one; each transform and its memory serve one thread.
///
/// Frequencies are written as pairs of a real and an imaginary part, from frequency 0 to half the sample rate.
/// Two other computations are no substitutes for it, nor it for them: `WindowedFourier` of `Training` is a matrix
/// product in the engine's graph, through which gradients go, and `lethe_transform` of `MetricsKernels` takes eight
/// signals at once and leaves frequencies unsorted, for a search through millions of correlations.
package struct FourierTransform: ~Copyable {
  /// Length of the signals in samples.
  package let count: Int
  private let forth: kiss_fftr_cfg
  private let back: kiss_fftr_cfg

  /// - Parameter count: An even number of samples.
  package init(count: Int) {
    precondition(count >= 2 && count % 2 == 0, "the length is not even")
    guard let forth = kiss_fftr_alloc(Int32(count), 0, nil, nil),
      let back = kiss_fftr_alloc(Int32(count), 1, nil, nil)
    else { preconditionFailure("no memory for a Fourier transform") }
    (self.count, self.forth, self.back) = (count, forth, back)
  }

  deinit {
    free(UnsafeMutableRawPointer(forth))
    free(UnsafeMutableRawPointer(back))
  }

  /// Number of frequencies: count / 2 + 1.
  package var binCount: Int { count / 2 + 1 }

  /// Transforms a signal.
  ///
  /// - Parameters:
  ///   - signal: `count` samples.
  ///   - spectrum: Receives `binCount` pairs.
  package func transform(
    _ signal: UnsafePointer<Float>, to spectrum: UnsafeMutablePointer<Float>
  ) {
    spectrum.withMemoryRebound(to: kiss_fft_cpx.self, capacity: binCount) {
      kiss_fftr(forth, signal, $0)
    }
  }

  /// Transforms a spectrum back, times `count`.
  ///
  /// - Parameters:
  ///   - spectrum: `binCount` pairs. The imaginary parts of the first and the last are not used.
  ///   - signal: Receives `count` samples.
  package func inverse(
    _ spectrum: UnsafePointer<Float>, to signal: UnsafeMutablePointer<Float>
  ) {
    spectrum.withMemoryRebound(to: kiss_fft_cpx.self, capacity: binCount) {
      kiss_fftri(back, $0, signal)
    }
  }

  /// The squared magnitudes of a signal's transform.
  ///
  /// - Parameter signal: At most `count` samples; zeros follow.
  /// - Returns: Shape [count / 2 + 1], from frequency 0 to half the sample rate.
  package func powers(of signal: some Collection<Float>) -> [Float] {
    precondition(signal.count <= count, "the signal is longer than the transform")
    let padded = Array(signal) + [Float](repeating: 0, count: count - signal.count)
    let spectrum = [Float](unsafeUninitializedCapacity: 2 * binCount) { buffer, filled in
      if let start = buffer.baseAddress { transform(padded, to: start) }
      filled = 2 * binCount
    }
    return (0..<binCount).map {
      spectrum[2 * $0] * spectrum[2 * $0] + spectrum[2 * $0 + 1] * spectrum[2 * $0 + 1]
    }
  }
}

/// A Hann window that is periodic: its sample after the last is the first, which is 0.
///
/// - Returns: Shape [count].
package func hannWindow(_ count: Int) -> [Float] {
  (0..<count).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(count))) }
}
