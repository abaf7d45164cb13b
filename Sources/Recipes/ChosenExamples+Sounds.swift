internal import Datasets
internal import Experiments
internal import Foundation
internal import Specification

extension ChosenExamples {
  /// Chooses the sample rate and the length of sounds: the least power of two that holds half of them.
  ///
  /// - Throws: `DataError` for a file that is too short to be a sound.
  static func sounds(_ stored: StoredSounds) throws -> ChosenExamples {
    let rates = Recipe.sampleRatesHz
    let rate = min(max(stored.sampleRateHz, rates.lowerBound), rates.upperBound)
    let median = stored.medianSeconds * Double(rate)
    let lengths = Recipe.lengths
    let length = lengths.first { Double($0) >= median } ?? lengths[lengths.count - 1]
    let count = try stored.windows(of: length, sampleRateHz: rate)
    let duration = seconds(Double(length) / Double(rate))
    let durations = range(stored.seconds)
    return ChosenExamples(
      kind: .audio, count: count, sources: stored.count,
      found: "\(counted(stored.count, "sound")) of \(durations) at \(stored.sampleRateHz) Hz, "
        + "\(counted(count, "example")) of \(duration) s",
      size: "\(length) samples", shape: shape(length, sampleRateHz: rate),
      keys: [
        DraftKey("data.sample_rate", .integer(rate), rateReason(rate, of: stored)),
        DraftKey(
          "data.length", .integer(length),
          lengthReason(duration, holdsHalf: Double(length) >= median, durations)),
        DraftKey(
          "data.windows", .text(WindowChoice.all.rawValue),
          "all that a longer sound holds, one example after another; first or loudest for one example a sound"
        ),
      ])
  }

  /// Takes the length of an array's sounds, which has to be that of the examples.
  static func soundArray(count: Int, length: Int) -> ChosenExamples {
    let rate = Recipe.sampleRatesHz.upperBound
    let shape = shape(length, sampleRateHz: rate)
    let waveform = DraftKey(
      "data.representation", .text(Representation.waveform.rawValue),
      "samples as they are, as there are too few of them for a spectrogram, the usual form of sounds"
    )
    return ChosenExamples(
      kind: .audio, count: count, sources: count,
      found: "\(counted(count, "sound")) of \(length) samples", size: "\(length) samples",
      shape: shape,
      keys: [
        DraftKey(
          "data.sample_rate", .integer(rate),
          "samples a second, which an array does not say: put that of these sounds here"),
        DraftKey("data.length", .integer(length), "samples, as the array has them"),
      ] + (shape.isPicture ? [] : [waveform]))
  }

  /// A sound as networks see it: as a log-mel spectrogram, the usual form, unless it is shorter than a window.
  private static func shape(_ length: Int, sampleRateHz: Int) -> ExampleShape {
    let window = SpectrogramSizes.standardWindow(sampleRateHz: sampleRateHz)
    guard length >= window else { return .sound(samples: length) }
    let frames = SpectrogramSizes.standardFrames(length: length, window: window)
    let sizes = SpectrogramSizes(
      window: window, frames: frames, bands: SpectrogramSizes.standardBands)
    return .spectrogram(sizes, channels: Representation.logMel.channels)
  }

  private static func rateReason(_ rate: Int, of stored: StoredSounds) -> String {
    stored.sampleRateHz == rate
      ? "samples a second, as the files have them; half as many train about twice as fast, and leave the "
        + "lower half of the frequencies"
      : "samples a second: the files have \(stored.sampleRateHz), and fewer train faster. Frequencies up to "
        + "\(rate / 2) Hz are left"
  }

  private static func lengthReason(
    _ duration: String, holdsHalf: Bool, _ durations: String
  ) -> String {
    let why =
      holdsHalf
      ? "the least length that holds half of the sounds"
      : "the longest of a first experiment, in which fewer than half of the sounds fit"
    return
      "samples, \(duration) s: \(why), which are of \(durations). A power of two, so that spectrograms "
      + "can be halved"
  }

  private static func range(_ durations: ClosedRange<Double>) -> String {
    let (least, largest) = (seconds(durations.lowerBound), seconds(durations.upperBound))
    return least == largest ? "\(least) s" : "\(least) to \(largest) s"
  }

  private static func seconds(_ value: Double) -> String {
    ((value * 100).rounded() / 100).plain
  }
}
