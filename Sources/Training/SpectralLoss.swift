package import Autodiff
internal import Experiments
internal import Layers

/// The multi-resolution loss of spectra: how far the short-time spectra of sounds are from those that are wanted, whatever
/// the phases. A waveform that is shifted by a few samples is far from the other in itself and close in its spectra.
///
/// With magnitudes m̂ of a sound and m of the one that is wanted, it is ‖m̂ − m‖/‖m‖ (spectral convergence) plus the mean
/// of |ln m̂ − ln m|, averaged over examples and over windows of several lengths.
///
/// Source: R. Yamamoto, E. Song, J. Kim 2020, "Parallel WaveGAN", arXiv:1910.11480, §2.2, with other windows, as the sounds
/// here are short.
package enum SpectralLoss {
  /// Samples of the windows; those that are longer than a sound are left out.
  private static let windows = [1, 2, 4].map { $0 * Experiment.Loss.shortestSpectrum }
  /// The least power of a bin, by which logarithms and quotients stay finite.
  private static let leastPower: Float = 1e-7

  /// The loss, shape [].
  ///
  /// - Parameters:
  ///   - sounds: [N, T, 1], in −1…1.
  ///   - wanted: The same shape.
  ///   - inputs: Receives the waves of the transforms.
  package static func loss(of sounds: Tensor, wanted: Tensor, _ inputs: StepInputs) throws -> Tensor
  {
    let parts = try windows.filter { $0 <= sounds.shape[1] }.map { window in
      let transform = WindowedFourier(.hann, of: window, like: sounds, inputs)
      let (made, target) = try (
        magnitudes(sounds, transform, window), magnitudes(wanted, transform, window)
      )
      func norms(_ x: Tensor) throws -> Tensor {
        try (x.squared().sum(axes: [1, 2]) + leastPower).sqrt()
      }
      let convergence = try (norms(made - target) / norms(target)).mean()
      return try convergence + (made.log() - target.log()).abs().mean()
    }
    return try parts.mean()
  }

  /// Magnitudes of the spectra of all windows, [N, windows, W/2 + 1].
  private static func magnitudes(
    _ sounds: Tensor, _ transform: WindowedFourier, _ window: Int
  ) throws -> Tensor {
    let (spectrum, bins) = (try transform.spectrum(of: sounds), window / 2 + 1)
    let cosines = try spectrum.slice(axis: 2, 0..<bins)
    let sines = try spectrum.slice(axis: 2, bins..<2 * bins)
    return try (cosines.squared() + sines.squared()).maximum(leastPower).sqrt()
  }
}
