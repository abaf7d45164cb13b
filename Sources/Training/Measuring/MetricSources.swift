internal import Datasets
public import Metrics

/// Where the sets that `lethe metrics` compares come from.
public struct MetricSources: Sendable {
  /// File or folder of the training set.
  public let training: String
  /// File or folder of the held-out set.
  public let holdout: String?
  /// File or folder of the generated set.
  public let generated: String

  /// Names the sources.
  public init(training: String, holdout: String?, generated: String) {
    self.training = training
    self.holdout = holdout
    self.generated = generated
  }

  /// Reads all sets.
  ///
  /// - Throws: `DataError` when one cannot be read, or they do not fit together.
  public func load() throws -> MetricSets {
    let sets = try [training, holdout, generated].map { path in
      try path.map { path in
        let (values, dimension) = try NumpyFile.readMatrix(path)
        return ExampleSet(FeatureMatrix(values, dimension: dimension))
      }
    }
    guard let train = sets[0], let made = sets[2] else { preconditionFailure("sets are named") }
    for (path, set) in [(holdout, sets[1]), (generated, made)] {
      guard let path, let set else { continue }
      let (expected, found) = (train.features.dimension, set.features.dimension)
      guard expected == found else {
        throw DataError(
          file: path,
          problem: "expected \(expected) features as in \(training), found \(found)")
      }
    }
    return MetricSets(
      training: train, holdout: sets[1], generated: made, features: "arrays as they are", notes: [])
  }
}

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
  /// What a user should know, a line each.
  public let notes: [String]

  /// At most so many random examples of each set.
  public func sampled(_ count: Int, seed: UInt64) -> MetricSets {
    var notes: [String] = []
    func part(_ set: ExampleSet, _ name: String) -> ExampleSet {
      guard set.count > count else { return set }
      notes.append("\(count) random examples of \(set.count) \(name) ones are used")
      return set.sample(count, stream: "metrics/sample/\(name)", seed: seed)
    }
    let sets = (
      part(training, "training"), holdout.map { part($0, "held-out") }, part(generated, "generated")
    )
    return MetricSets(
      training: sets.0, holdout: sets.1, generated: sets.2, features: features, notes: notes)
  }
}
