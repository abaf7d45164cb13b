internal import Foundation

/// A discrete Fourier transform of a power of two, radix 2, in place.
///
/// Other transforms of the package are separate for good reasons. `lethe_transform` of `MetricsKernels`
/// takes eight signals at once and leaves frequencies in an order of its own, for a search through millions
/// of correlations; used here, it would round differently and change every spectrogram.
/// `LogMel.fourierKernels` and `WindowedFourier` of `Training` are matrices for the engine, which has no
/// transform but multiplies many frames at once; `WindowedFourier` also has an inverse and gradients.
///
/// Source: J. Cooley, J. Tukey 1965, "An algorithm for the machine calculation of complex Fourier
/// series".
package struct FourierTransform: Sendable {
  /// Length of the transform in samples.
  package let count: Int
  private let cosines: [Float]
  private let sines: [Float]
  /// Place of each sample before the first stage: its index with the bits in reverse order.
  private let order: [Int]
  private var real: [Float]
  private var imaginary: [Float]

  /// - Parameter count: A power of two, at least 2.
  package init(count: Int) {
    precondition(count >= 2 && count & (count - 1) == 0, "the length is not a power of two")
    self.count = count
    let angles = (0..<count / 2).map { 2 * Double.pi * Double($0) / Double(count) }
    cosines = angles.map { Float(cos($0)) }
    sines = angles.map { Float(-sin($0)) }
    let bits = count.trailingZeroBitCount
    order = (0..<count).map { index in
      (0..<bits).reduce(0) { $0 << 1 | (index >> $1) & 1 }
    }
    real = [Float](repeating: 0, count: count)
    imaginary = real
  }

  /// The squared magnitudes of a real signal's transform.
  ///
  /// - Parameter signal: At most `count` samples; zeros follow.
  /// - Returns: Shape [count / 2 + 1], from frequency 0 to half the sample rate.
  package mutating func powers(of signal: some Collection<Float>) -> [Float] {
    precondition(signal.count <= count, "the signal is longer than the transform")
    for index in real.indices {
      real[index] = 0
      imaginary[index] = 0
    }
    for (place, value) in zip(order, signal) { real[place] = value }
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        cosines.withUnsafeBufferPointer { cosines in
          sines.withUnsafeBufferPointer { sines in
            Self.combine(real, imaginary, cosines, sines)
          }
        }
      }
    }
    return (0...count / 2).map { real[$0] * real[$0] + imaginary[$0] * imaginary[$0] }
  }

  /// Runs all stages on samples in bit-reversed order.
  private static func combine(
    _ real: UnsafeMutableBufferPointer<Float>, _ imaginary: UnsafeMutableBufferPointer<Float>,
    _ cosines: UnsafeBufferPointer<Float>, _ sines: UnsafeBufferPointer<Float>
  ) {
    let count = real.count
    var half = 1
    while half < count {
      let step = count / (2 * half)
      for start in stride(from: 0, to: count, by: 2 * half) {
        for index in 0..<half {
          let (low, high) = (start + index, start + index + half)
          let (c, s) = (cosines[index * step], sines[index * step])
          let turnedReal = c * real[high] - s * imaginary[high]
          let turnedImaginary = c * imaginary[high] + s * real[high]
          (real[high], imaginary[high]) = (
            real[low] - turnedReal, imaginary[low] - turnedImaginary
          )
          real[low] += turnedReal
          imaginary[low] += turnedImaginary
        }
      }
      half *= 2
    }
  }
}
