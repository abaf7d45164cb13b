internal import Autodiff
internal import Foundation

/// The short-time Fourier transform of sounds, and its inverse by overlap and add. Both use square roots of
/// Hann windows that overlap by half, so the two together change nothing.
///
/// It is a convolution with the waves as kernels, written as a matrix product, as oneDNN is slow with one
/// input channel. Unlike `Media`'s `FourierTransform`, it is part of the graph, so that gradients go
/// through it, and takes windows of any even length.
///
/// Source: Griffin & Lim 1984, "Signal estimation from modified short-time Fourier transform", §II.
struct WindowedFourier {
  private let analysis: Tensor
  private let synthesis: Tensor
  private let window: Int
  private let batch: Int
  private let length: Int
  private var hop: Int { window / 2 }
  /// Number of windows. Every sample lies in two of them, at the ends too.
  private var windows: Int { (length + hop - 1) / hop + 1 }

  /// Prepares the waves of the transform and its inverse.
  ///
  /// - Parameters:
  ///   - window: Number of samples in a window, even.
  ///   - x: Sounds, [N, T, 1].
  init(window: Int, of x: Tensor, _ draw: AugmentationDraw) throws {
    self.window = window
    (batch, length) = (x.shape[0], x.shape[1])
    let shape = [window + 2, window]
    analysis = try draw.inputs.constant("fourier/\(window)", to: x.graph, shape: shape) {
      Self.waves(window, isInverse: false)
    }
    synthesis = try draw.inputs.constant("fourier/\(window)/inverse", to: x.graph, shape: shape) {
      Self.waves(window, isInverse: true)
    }
  }

  /// The spectrum of every window: [N, windows, W + 2], W/2 + 1 cosines and as many sines.
  func spectrum(of x: Tensor) throws -> Tensor {
    let halves = try x.reshape([batch, length])
      .pad(low: [0, hop], to: [batch, (windows + 1) * hop]).reshape([batch, windows + 1, hop])
    let frames = try Tensor.concatenate(
      [halves.slice(axis: 1, 0..<windows), halves.slice(axis: 1, 1..<windows + 1)], axis: 2)
    return try frames.reshape([batch * windows, window]).matmul(analysis, transposeOther: true)
      .reshape([batch, windows, window + 2])
  }

  /// The sounds of a spectrum, [N, T, 1].
  func inverse(_ spectrum: Tensor) throws -> Tensor {
    let frames = try spectrum.reshape([batch * windows, window + 2]).matmul(synthesis)
      .reshape([batch, windows, window])
    let sizes = [batch, windows + 1, hop]
    let sum =
      try frames.slice(axis: 2, 0..<hop).pad(low: [0, 0, 0], to: sizes)
      + frames.slice(axis: 2, hop..<window).pad(low: [0, 1, 0], to: sizes)
    return try sum.reshape([batch, (windows + 1) * hop]).slice(axis: 1, hop..<hop + length)
      .reshape([batch, length, 1])
  }

  /// Windowed cosines, then sines, [W + 2, W]. For the inverse, scaled by the share of each frequency.
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
