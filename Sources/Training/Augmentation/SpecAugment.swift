internal import Experiments
internal import Autodiff
internal import Records

/// Removes stretches of time and bands of frequency from each sound: stretches of t ~ U(0, time_length)
/// samples, bands of f ~ U(0, frequency_length) Hz, anywhere inside. Bands go through a Fourier transform
/// and back, which changes nothing else. There is no time warping. A VAE is to reconstruct the original sound.
///
/// Source: Park et al. 2019, arXiv:1904.08779, §2, on the spectrum of the sound instead of its log-mel
/// spectrogram.
struct SpecAugment: ExampleAugmentation {
  let name = "spec_augment"
  let changesTarget = false
  let settings: Experiment.Data.Augment.SpecAugment
  let sampleRateHz: Int

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let banded = try settings.frequencyMasks > 0 ? withoutBands(x, draw) : x
    guard settings.timeMasks > 0 else { return banded }
    let places = try x.graph.add(.iota(axis: 1), shape: [1, x.shape[1], 1])
    let kept = try keep(
      places, below: Float(x.shape[1]), longest: Float(settings.timeLength), "time",
      count: settings.timeMasks, batch: x.shape[0], draw)
    return try kept.select(banded, 0)
  }

  private func withoutBands(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let transform = try WindowedFourier(window: settings.window, of: x, draw)
    let bins = settings.window / 2 + 1
    let binHz = Float(sampleRateHz) / Float(settings.window)
    let number = try x.graph.add(.iota(axis: 2), shape: [1, 1, bins])
    let kept = try keep(
      number * binHz, below: Float(sampleRateHz) / 2, longest: Float(settings.frequencyLengthHz),
      "frequency", count: settings.frequencyMasks, batch: x.shape[0], draw)
    // Each bin has a cosine and a sine.
    let both = try Tensor.concatenate([kept, kept], axis: 2)
    return try transform.inverse(transform.spectrum(of: x) * both)
  }

  /// A mask with 0 in `count` random stretches and 1 elsewhere. The length of a stretch is uniform in
  /// 0…`longest`, and it lies anywhere before `end`.
  ///
  /// - Parameters:
  ///   - places: The position of each element, shape [1, …].
  ///   - end: The upper bound of the positions.
  private func keep(
    _ places: Tensor, below end: Float, longest: Float, _ what: String, count: Int, batch: Int,
    _ draw: AugmentationDraw
  ) throws -> Tensor {
    try (0..<count).map { index in
      let length = try draw.uniform("\(what)\(index)/length", shape: [batch, 1, 1]) * longest
      let start = try draw.uniform("\(what)\(index)/start", shape: [batch, 1, 1]) * (end - length)
      return try 1 - start.lessOrEqual(places) * places.less(than: start + length)
    }.reduce(places.graph.constant(1)) { try $0 * $1 }
  }
}
