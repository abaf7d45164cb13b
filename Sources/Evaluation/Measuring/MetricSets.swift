internal import Training
public import Metrics

/// The sets that `lethe metrics` compares, with the name of their feature space.
public struct MetricSets: Sendable {
  /// The training set.
  public let training: ExampleSet
  /// The held-out set; nil without one.
  public let holdout: ExampleSet?
  /// The generated set.
  public let generated: ExampleSet
  /// What messages call the generated set.
  let generatedName: String
  /// Name of the feature space in reports.
  public let features: String
  /// Features that pairs of nearest examples are found by, for all rows of the training and the generated
  /// set; nil where these are the features of the sets.
  let neighborFeatures: (training: FeatureMatrix, generated: FeatureMatrix)?
  /// Sample rate of sounds; nil for anything else.
  public let sampleRateHz: Int?
  /// Notes for the user, a line each.
  public let notes: [String]

  /// The same sets, cut to at most `count` random examples each.
  public func sampled(_ count: Int, seed: UInt64) -> MetricSets {
    var notes = notes
    func part(_ set: ExampleSet, _ name: String) -> ExampleSet {
      guard set.count > count else { return set }
      notes.append("\(count) random examples of \(set.count) \(name) ones are used")
      return set.sample(count, stream: "metrics/sample/\(name)", seed: seed)
    }
    return MetricSets(
      training: part(training, "training"), holdout: holdout.map { part($0, "held-out") },
      generated: part(generated, generatedName), generatedName: generatedName, features: features,
      neighborFeatures: neighborFeatures, sampleRateHz: sampleRateHz, notes: notes)
  }

  /// Pairs every generated example with its nearest training examples.
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
