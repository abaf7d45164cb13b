package import Autodiff
internal import Foundation
internal import Media

/// The short-time Fourier transform of sounds as part of a graph, so that gradients go through it, and its inverse by
/// overlap and add.
///
/// It is a convolution with the waves as kernels, written as a matrix product, as oneDNN is slow with one input channel.
/// Outside graphs there is `ShortTimeFourier` of `Media`, by a fast transform.
///
/// Source: Griffin & Lim 1984, "Signal estimation from modified short-time Fourier transform", §II.
package struct WindowedFourier {
  /// The windows of sounds, all of which overlap so that every sample lies in equally many.
  package enum Windows {
    /// Square roots of Hann windows that overlap by half. With them, the inverse gives the sounds back.
    case rootsOfHann
    /// Hann windows that overlap by three quarters, for looking at spectra.
    case hann

    /// Number of windows that a sample lies in.
    var overlap: Int { self == .hann ? 4 : 2 }
  }

  private let inputs: StepInputs
  private let windows: Windows
  private let window: Int
  private let batch: Int
  private let length: Int
  private var hop: Int { window / windows.overlap }
  /// Number of windows of a sound; those at its ends hang over.
  private var count: Int { (length + hop - 1) / hop + windows.overlap - 1 }
  /// Number of stretches of `hop` samples that the windows cover.
  private var stretches: Int { count + windows.overlap - 1 }

  /// Prepares the transform of sounds.
  ///
  /// - Parameters:
  ///   - window: Number of samples in a window, a multiple of their overlap.
  ///   - x: Sounds, [N, T, 1].
  ///   - inputs: Receives the waves.
  package init(_ windows: Windows, of window: Int, like x: Tensor, _ inputs: StepInputs) {
    (self.windows, self.window, self.inputs) = (windows, window, inputs)
    (batch, length) = (x.shape[0], x.shape[1])
  }

  /// The spectrum of every window: [N, windows, W + 2], W/2 + 1 cosines and as many sines.
  package func spectrum(of x: Tensor) throws -> Tensor {
    let before = (windows.overlap - 1) * hop
    let parts = try x.reshape([batch, length]).pad(low: [0, before], to: [batch, stretches * hop])
      .reshape([batch, stretches, hop])
    let frames = try Tensor.concatenate(
      (0..<windows.overlap).map { try parts.slice(axis: 1, $0..<$0 + count) }, axis: 2)
    return try frames.reshape([batch * count, window])
      .matmul(waves(in: x.graph, isInverse: false), transposeOther: true)
      .reshape([batch, count, window + 2])
  }

  /// The sounds of a spectrum of square roots of Hann windows, [N, T, 1].
  func inverse(_ spectrum: Tensor) throws -> Tensor {
    precondition(windows == .rootsOfHann, "windows whose squares add up to 1")
    let frames = try spectrum.reshape([batch * count, window + 2])
      .matmul(waves(in: spectrum.graph, isInverse: true)).reshape([batch, count, window])
    let sizes = [batch, stretches, hop]
    let sum =
      try frames.slice(axis: 2, 0..<hop).pad(low: [0, 0, 0], to: sizes)
      + frames.slice(axis: 2, hop..<window).pad(low: [0, 1, 0], to: sizes)
    return try sum.reshape([batch, stretches * hop]).slice(axis: 1, hop..<hop + length)
      .reshape([batch, length, 1])
  }

  private func waves(in graph: Graph, isInverse: Bool) throws -> Tensor {
    let name = "fourier/\(windows)/\(window)\(isInverse ? "/inverse" : "")"
    return try inputs.constant(name, to: graph, shape: [window + 2, window]) {
      waves(isInverse: isInverse)
    }
  }

  /// Windowed cosines, then sines, [W + 2, W]. For the inverse, scaled by the share of each frequency.
  private func waves(isInverse: Bool) -> [Float] {
    let bins = 0...window / 2
    let shape = hannWindow(window).map { windows == .hann ? $0 : $0.squareRoot() }
    return [Double.pi / 2, 0].flatMap { phase in
      bins.flatMap { bin in
        let isSingle = bin == 0 || bin == window / 2
        let share = isInverse ? (isSingle ? 1.0 : 2.0) / Double(window) : 1
        return (0..<window).map { place in
          // The product is taken modulo W to keep the angle exact.
          let angle = 2 * Double.pi * Double(bin * place % window) / Double(window)
          return Float(share * Double(shape[place]) * sin(angle + phase))
        }
      }
    }
  }
}
