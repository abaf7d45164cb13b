package import Datasets
package import Experiments
package import Media
package import Specification

/// The form in which a model's networks see examples: images and waveforms as they are, or sounds as pictures, which
/// become sounds again where a model has made them.
///
/// Everything that goes into networks comes through `seen`, and everything that they make through `example(of:)`; data,
/// files and metrics know sounds only.
package struct ExampleCodec: Sendable {
  /// The kind and sizes of what networks see.
  package let shape: ExampleShape
  /// The range of what networks see: −1…1 for tanh and Gaussian outputs, 0…1 for Bernoulli ones. A detector or
  /// classifier sees images in 0…1 and sounds in −1…1.
  package let range: ValueRange
  /// The form of sounds as pictures; nil where networks see examples as they are.
  private let picture: (any SoundPicture)?

  /// Takes the form from an experiment.
  ///
  /// - Throws: `InputError` as `Experiment.example` does.
  package init(_ experiment: Experiment) throws {
    let data = experiment.data
    (shape, range) = (try experiment.seenExample, experiment.valueRange)
    picture = data.spectrogram.map { sizes in
      let frames = ShortTimeFourier(
        length: data.length, windowCount: sizes.window, frameCount: sizes.frames)
      return data.representation == .logMel
        ? LogMelPicture(frames, sampleRateHz: data.sampleRateHz, bandCount: sizes.bands)
        : PhasePicture(frames, sampleRateHz: data.sampleRateHz)
    }
  }

  /// The form in words, such as `sounds as log_mel of 64×64×1: windows of 512 samples, 128 apart`; nil for images.
  package var words: String? {
    switch shape {
    case .image: nil
    case .sound(let samples): "sounds as waveforms of \(samples) samples"
    case .spectrogram(let sizes, let channels):
      "sounds as \(channels == 1 ? "log-mel spectrograms" : "spectrograms with phases (stft)") of "
        + "\(sizes.frames)×\(sizes.bands)\(channels > 1 ? "×\(channels)" : ""): windows of \(sizes.window) samples, "
        + "\(picture?.frames.hop ?? 0) apart"
    }
  }

  /// True where examples are not what networks see.
  package var changesExamples: Bool { picture != nil }

  /// The meanings of rows, columns and channels where networks see spectrograms; nil elsewhere.
  package var axes: SpectrogramAxes? {
    picture.map { picture in
      let frames = picture.frames
      return SpectrogramAxes(
        length: frames.length,
        times: (0..<frames.frameCount).map { (Float($0) + 0.5) * Float(frames.hop) },
        frequenciesHz: picture.frequenciesHz,
        silence: picture.silence.map { range == .unit ? ($0 + 1) / 2 : $0 })
    }
  }

  /// Examples as networks see them, in −1…1 where they are changed.
  ///
  /// - Throws: `DataError` where they do not fit in memory.
  package func seen(_ examples: Examples) throws -> Examples {
    guard let picture else { return examples }
    return try examples.converted(to: shape.sizes) { picture.picture(of: $0) }
  }

  /// Examples as networks see them, in `range`, one after another.
  package func values(of examples: Examples) throws -> [Float] {
    try seen(examples).floats(in: range)
  }

  /// The example that a network has made, in `range` as it is itself.
  ///
  /// - Parameter output: One example as networks see it.
  package func example(of output: ArraySlice<Float>) -> [Float] {
    guard let picture else { return Array(output) }
    let isUnit = range == .unit
    let values = isUnit ? output.map { 2 * $0 - 1 } : Array(output)
    let sound = values.withUnsafeBufferPointer { picture.sound(of: $0) }
    return isUnit ? sound.map { ($0 + 1) / 2 } : sound
  }
}
