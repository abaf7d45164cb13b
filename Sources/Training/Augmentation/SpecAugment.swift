internal import Glossary
internal import Experiments
internal import Autodiff
internal import Records

/// Removes stretches of time and bands of frequency from each sound: stretches of t ~ U(0, time_length)
/// samples, bands of f ~ U(0, frequency_length) Hz, anywhere inside. There is no time warping. A VAE is to reconstruct
/// the original sound.
///
/// In spectrograms, the frames and bands whose middles lie inside become silent. In waveforms, bands go through a
/// Fourier transform and back, which changes nothing else.
///
/// Source: Park et al. 2019, arXiv:1904.08779, §2, on the spectrum of the sound where that is a waveform.
struct SpecAugment: ExampleAugmentation {
  let name = "spec_augment"
  let meaning = Meaning(
    "Hides stretches of time and bands of frequencies", .park2019)
  let changesTarget = false
  let settings: Experiment.Data.Augment.SpecAugment
  let sampleRateHz: Int
  /// The axes of spectrograms; nil for waveforms.
  let axes: SpectrogramAxes?

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    if let axes { return try masked(x, axes, draw) }
    let banded = try settings.frequencyMasks > 0 ? withoutBands(x, draw) : x
    guard settings.timeMasks > 0 else { return banded }
    let places = try x.graph.add(.iota(axis: 1), shape: [1, x.shape[1], 1])
    return try keptTimes(places, x, draw).select(banded, 0)
  }

  /// Silences places of spectrograms, [N, frames, bands, C].
  private func masked(_ x: Tensor, _ axes: SpectrogramAxes, _ draw: AugmentationDraw) throws
    -> Tensor
  {
    func constant(_ what: String, _ shape: Shape, _ values: [Float]) throws -> Tensor {
      try draw.inputs.constant("spec_augment/\(what)", to: x.graph, shape: shape) { values }
    }
    let times = try constant("times", [1, x.shape[1], 1, 1], axes.times)
    let frequencies = try constant("frequencies", [1, 1, x.shape[2], 1], axes.frequenciesHz)
    let silence = try constant("silence", [1, 1, 1, x.shape[3]], axes.silence)
    return try (keptTimes(times, x, draw) * keptFrequencies(frequencies, x, draw))
      .select(x, silence)
  }

  private func withoutBands(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let transform = WindowedFourier(.rootsOfHann, of: settings.window, like: x, draw.inputs)
    let bins = settings.window / 2 + 1
    let binHz = Float(sampleRateHz) / Float(settings.window)
    let number = try x.graph.add(.iota(axis: 2), shape: [1, 1, bins])
    let kept = try keptFrequencies(number * binHz, x, draw)
    // Each bin has a cosine and a sine.
    let both = try Tensor.concatenate([kept, kept], axis: 2)
    return try transform.inverse(transform.spectrum(of: x) * both)
  }

  /// A mask with 0 in the stretches of time that are removed.
  ///
  /// - Parameter places: Samples, shape [1, …].
  private func keptTimes(_ places: Tensor, _ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try keep(
      places, below: Float(axes?.length ?? x.shape[1]), longest: Float(settings.timeLength), "time",
      count: settings.timeMasks, like: x, draw)
  }

  /// A mask with 0 in the bands of frequency that are removed.
  ///
  /// - Parameter places: Frequencies in Hz, shape [1, …].
  private func keptFrequencies(
    _ places: Tensor, _ x: Tensor, _ draw: AugmentationDraw
  ) throws -> Tensor {
    try keep(
      places, below: Float(sampleRateHz) / 2, longest: Float(settings.frequencyLengthHz),
      "frequency", count: settings.frequencyMasks, like: x, draw)
  }

  /// A mask with 0 in `count` random stretches and 1 elsewhere. The length of a stretch is uniform in
  /// 0…`longest`, and it lies anywhere before `end`.
  ///
  /// - Parameters:
  ///   - places: The position of each element, shape [1, …].
  ///   - end: The upper bound of the positions.
  private func keep(
    _ places: Tensor, below end: Float, longest: Float, _ what: String, count: Int,
    like x: Tensor, _ draw: AugmentationDraw
  ) throws -> Tensor {
    try (0..<count).map { index in
      let length = try draw.uniform("\(what)\(index)/length", like: x) * longest
      let start = try draw.uniform("\(what)\(index)/start", like: x) * (end - length)
      return try 1 - start.lessOrEqual(places) * places.less(than: start + length)
    }.reduce(places.graph.constant(1)) { try $0 * $1 }
  }
}

/// The meanings of the rows, columns and channels of spectrograms.
package struct SpectrogramAxes: Sendable {
  /// Samples of a sound.
  package let length: Int
  /// The middle of each frame, in samples of the sound.
  package let times: [Float]
  /// The middle of each band.
  package let frequenciesHz: [Float]
  /// The value of silence in each channel.
  package let silence: [Float]
}
