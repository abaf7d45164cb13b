internal import Training
public import Metrics

/// The sets that are compared, with the space that their features are of.
public struct MetricSets: Sendable {
  /// What was trained on.
  public let training: ExampleSet
  /// What was held out, if anything.
  public let holdout: ExampleSet?
  /// What was generated.
  public let generated: ExampleSet
  /// How reports name the features.
  public let features: String
  /// What pairs of nearest examples are found by, of all rows of the training and the generated set, where
  /// that is not the features.
  let neighborFeatures: (training: FeatureMatrix, generated: FeatureMatrix)?
  /// Samples a second of sounds; nil for anything else.
  public let sampleRateHz: Int?
  /// What a user should know, a line each.
  public let notes: [String]

  /// At most so many random examples of each set.
  public func sampled(_ count: Int, seed: UInt64) -> MetricSets {
    var notes = notes
    func part(_ set: ExampleSet, _ name: String) -> ExampleSet {
      guard set.count > count else { return set }
      notes.append("\(count) random examples of \(set.count) \(name) ones are used")
      return set.sample(count, stream: "metrics/sample/\(name)", seed: seed)
    }
    return MetricSets(
      training: part(training, "training"), holdout: holdout.map { part($0, "held-out") },
      generated: part(generated, "generated"), features: features,
      neighborFeatures: neighborFeatures, sampleRateHz: sampleRateHz, notes: notes)
  }

  /// Every generated example with its nearest training examples.
  ///
  /// - Parameter searched: See `NearestPairs`.
  /// - Throws: `Stopped`.
  public func pairs(searched: Int, threads: Threads) throws -> NearestPairs {
    func set(_ examples: ExampleSet, _ features: FeatureMatrix?) -> ExampleSet {
      ExampleSet(
        features?.rows(examples.origin) ?? examples.features, raw: examples.raw,
        groups: examples.groups, origin: examples.origin)
    }
    return try NearestPairs(
      generated: set(generated, neighborFeatures?.generated),
      training: set(training, neighborFeatures?.training), searched: searched, threads: threads)
  }
}
