internal import Glossary
package import Datasets
internal import Experiments
package import Metrics
internal import Records
internal import Scores
internal import Training

/// `canary_rate`: the share of the canaries of `data.canaries` that come back among a generator's samples; see
/// `CanaryTest`.
///
/// Distances are between pixels of images and between log-mel spectrograms of sounds, which do not depend on phases,
/// whatever the features of other metrics. The null is the share of as many canaries that were not planted.
package final class CanaryRate: UndividedMeasurement {
  /// Number of canaries that are drawn and compared at a time.
  private static let batch = 64

  private static let number = MeasuredNumber(
    "canary_rate", .memorization, .lower,
    Meaning(
      "Share of examples planted in the training set that come back among the samples", .carlini2019
    ))
  let numbers = [CanaryRate.number]

  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    guard let canaries = subject.data.canaries else {
      preconditionFailure("\(Self.number.key) is of data with canaries")
    }
    let samples = try RawExamples(
      samples: subject.sample(subject.experiment.metrics.samples), of: subject.experiment)
    return [
      try Self.entry(
        canaries, samples, Threads(subject.session.threads, shouldStop: subject.shouldStop))
    ]
  }

  /// Compares samples with the canaries that were planted, and with those that were not.
  ///
  /// - Parameter samples: At least one, in the range of files.
  /// - Throws: `Stopped`; `FeatureError` for sounds that are too short.
  package static func entry(
    _ canaries: Canaries, _ samples: RawExamples, _ threads: Threads
  ) throws -> MetricEntry {
    let count = canaries.planted
    let distances = try distances(
      of: 2 * count + CanaryTest.controls, canaries, to: samples, threads)
    func score(_ numbers: Range<Int>) -> Score {
      CanaryTest(
        Array(distances[numbers]), repeats: canaries.repeatsOfPlanted,
        controls: Array(distances[(2 * count)...])
      ).score
    }
    return MetricEntry(number, .success(score(0..<count)), null: score(count..<2 * count))
  }

  /// The distance of each of the first canaries to the nearest sample.
  private static func distances(
    of count: Int, _ canaries: Canaries, to samples: RawExamples, _ threads: Threads
  ) throws -> [Double] {
    let map: any FeatureMap =
      try canaries.sampleRateHz.map {
        try LogMelMap(sampleRateHz: $0, length: samples.shape[0], threads.check)
      } ?? PixelMap()
    let points = try map.neighborFeatures(of: samples)
    return try stride(from: 0, to: count, by: batch).flatMap { first in
      let drawn = canaries.values(first..<min(count, first + batch), shape: samples.shape)
      let near = try NearestNeighbors(
        of: map.neighborFeatures(of: RawExamples(drawn, shape: samples.shape)), in: points, k: 1,
        threads: threads)
      return near.nearestSquares.map { $0.squareRoot() }
    }
  }
}
