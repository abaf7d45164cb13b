internal import Specification
internal import Training
internal import Experiments
internal import Datasets
internal import Randomness
internal import Records

/// A disturbance of examples, such as blur or noise. To add one, write a file with a type that conforms to
/// this protocol, its key in `Experiment+Robustness.swift`, a line in `CorruptionCatalogue` and a test.
package protocol Corruption: Sendable {
  /// Its key in `metrics.corruptions`.
  var name: String { get }
  /// Strength, in the units of its key.
  var amount: Double { get }
  /// Changes an example.
  ///
  /// - Parameters:
  ///   - example: Images in 0…1, sounds in −1…1; the caller clips the result to that range.
  ///   - shape: [H, W, C] or [T, 1].
  ///   - number: Number of the example, which chooses its random numbers.
  func apply(to example: [Float], shape: [Int], number: Int) throws -> [Float]
}

/// The corruptions of an experiment.
enum CorruptionCatalogue {
  static func corruptions(_ experiment: Experiment) -> [any Corruption] {
    let settings = experiment.metrics.corruptions
    let rate = experiment.data.kind == .audio ? experiment.data.sampleRateHz : nil
    return settings.blur.map { Blur(amount: $0) as any Corruption }
      + settings.noise.map { Noise(amount: $0) }
      + settings.resample.map { Resampling(factor: $0, sampleRateHz: rate) }
  }
}
