internal import Autodiff
internal import Foundation

/// The short-time Fourier transform of sounds as a convolution, and its inverse by overlap and add. Both
/// have square roots of Hann windows that overlap by half, so the two together change nothing.
///
/// Source: Griffin & Lim 1984, "Signal estimation from modified short-time Fourier transform", §II.
struct FourierTransform {
  private let analysis: Tensor
  private let synthesis: Tensor
  private let geometry: ConvolutionGeometry
  private let length: Int

  /// - Parameters:
  ///   - window: Samples of a window, an even number.
  ///   - x: Sounds, [N, T, 1].
  init(window: Int, of x: Tensor, _ draw: AugmentationDraw) throws {
    let hop = window / 2
    length = x.shape[1]
    // Every sample lies in two windows, those at the ends too.
    let count = (length + hop - 1) / hop + 1
    geometry = ConvolutionGeometry(
      stride: [hop], paddingLow: [hop], paddingHigh: [count * hop - length])
    let shape = [window + 2, 1, window]
    analysis = try draw.inputs.constant("fourier/\(window)", to: x.graph, shape: shape) {
      Self.waves(window, isInverse: false)
    }
    synthesis = try draw.inputs.constant("fourier/\(window)/inverse", to: x.graph, shape: shape) {
      Self.waves(window, isInverse: true)
    }
  }

  /// The spectrum of every window: [N, windows, W + 2], W/2 + 1 cosines and as many sines.
  func spectrum(of x: Tensor) throws -> Tensor { try x.convolution(analysis, geometry) }

  /// The sounds that have a spectrum, [N, T, 1].
  func inverse(_ spectrum: Tensor) throws -> Tensor {
    try spectrum.transposedConvolution(synthesis, geometry, sizes: [length])
  }

  /// Windowed cosines, then sines, [W + 2, 1, W]; for the inverse in the shares of each frequency.
  private static func waves(_ window: Int, isInverse: Bool) -> [Float] {
    let bins = 0...window / 2
    return [Double.pi / 2, 0].flatMap { phase in
      bins.flatMap { bin in
        let isSingle = bin == 0 || bin == window / 2
        let share = isInverse ? (isSingle ? 1.0 : 2.0) / Double(window) : 1
        return (0..<window).map { place in
          // √Hann(t) = sin(πt/W); the product is taken modulo W to keep the angle exact.
          let angle = 2 * Double.pi * Double(bin * place % window) / Double(window)
          let root = sin(Double.pi * Double(place) / Double(window))
          return Float(share * root * sin(angle + phase))
        }
      }
    }
  }
}
