internal import Specification
internal import Training
public import Experiments
public import Metrics
internal import Records

/// Maps images or sounds to feature vectors: the space that metrics measure distances in.
///
/// Features do not depend on how many threads the process uses. An extractor must not be used from two
/// threads at once.
public final class FeatureExtractor {
  /// Name of the space in reports.
  public let name: String
  /// Warnings for the user, a line each, such as a cache that cannot be written.
  public let warnings: [String]
  /// Shape of an example: [H, W, C] or [T, 1].
  private let shape: [Int]
  private let map: any FeatureMap

  /// Prepares a space; for `encoder` this trains an autoencoder or finds one in the cache.
  ///
  /// - Parameters:
  ///   - training: The training set, at least one example.
  ///   - sampleRateHz: Sample rate of sounds; nil for images.
  ///   - cache: Folder of trained encoders.
  ///   - beforeRun: Called repeatedly during the work; an error that it throws ends it.
  /// - Throws: `FeatureError` when the space does not suit the examples, `InputError` when the user's
  ///   network file is not usable.
  public init(
    _ space: Experiment.Metrics.Features, training: RawExamples, sampleRateHz: Int?,
    cache: EncoderCache = .standard, beforeRun: (() throws -> Void)? = nil
  ) throws {
    shape = training.shape
    switch space {
    case .pixels: (name, map, warnings) = ("pixels", PixelMap(), [])
    case .encoder:
      let encoder = try EncoderMap(
        training: training, sampleRateHz: sampleRateHz, cache: cache, beforeRun: beforeRun)
      (name, map, warnings) = ("encoder", encoder, encoder.warnings)
    case .network(let path):
      (name, map, warnings) = (
        path.given, try NetworkMap(path, shape: training.shape, beforeRun), []
      )
    case .logmel:
      guard let sampleRateHz, training.shape.count == 2 else {
        throw FeatureError("logmel: expected sounds, found images")
      }
      let logMel = try LogMelMap(
        sampleRateHz: sampleRateHz, length: training.shape[0], beforeRun)
      (name, map, warnings) = ("logmel", logMel, [])
    }
  }

  /// Prepares the space of an experiment.
  convenience init(
    of experiment: Experiment, training: RawExamples, beforeRun: @escaping () throws -> Void
  ) throws {
    try self.init(
      experiment.metrics.features, training: training,
      sampleRateHz: experiment.data.kind == .audio ? experiment.data.sampleRateHz : nil,
      beforeRun: beforeRun)
  }

  /// Computes the feature vectors of examples, a row each.
  ///
  /// - Parameters:
  ///   - what: Name of the examples in errors, such as `training`.
  ///   - isData: True for data that other processes measure in too. An encoder keeps their features in its cache.
  /// - Throws: `FeatureError` when the examples are not of the shape of the training set, or a feature is not
  ///   finite or too large.
  public func features(
    of examples: RawExamples, _ what: String, isData: Bool = false
  ) throws -> FeatureMatrix {
    try usable(what) {
      try checkShape(examples)
      return try isData ? map.featuresOfData(examples) : map.features(of: examples)
    }
  }

  /// Computes the feature vectors that pairs of nearest examples are found by: for `logmel` the flattened
  /// spectrograms, else the same as `features(of:_:)`.
  ///
  /// - Throws: As `features(of:_:)`.
  public func neighborFeatures(of examples: RawExamples, _ what: String) throws -> FeatureMatrix {
    try usable(what) {
      try checkShape(examples)
      return try map.neighborFeatures(of: examples)
    }
  }

  /// Adds the names of space and examples to the error of a feature that metrics cannot work with.
  private func usable(_ what: String, _ make: () throws -> FeatureMatrix) throws -> FeatureMatrix {
    do {
      return try make()
    } catch let error as UnusableNumber {
      throw FeatureError(
        "\(name): feature \(error.column) of \(what) example \(error.row): \(error.problem)")
    }
  }

  private func checkShape(_ examples: RawExamples) throws {
    guard examples.shape == shape else {
      throw FeatureError(
        "expected examples of shape \(shape) as in the training set, found \(examples.shape)")
    }
  }
}

/// Computes feature vectors of examples of one shape.
protocol FeatureMap {
  func features(of examples: RawExamples) throws -> FeatureMatrix
  /// The same of data that other processes measure in too; not kept by default.
  func featuresOfData(_ examples: RawExamples) throws -> FeatureMatrix
  /// Feature vectors that pairs of nearest examples are found by; the features themselves by default.
  func neighborFeatures(of examples: RawExamples) throws -> FeatureMatrix
}

extension FeatureMap {
  func featuresOfData(_ examples: RawExamples) throws -> FeatureMatrix {
    try features(of: examples)
  }

  func neighborFeatures(of examples: RawExamples) throws -> FeatureMatrix {
    try features(of: examples)
  }
}

/// Features that are the flattened image or waveform.
struct PixelMap: FeatureMap {
  func features(of examples: RawExamples) throws -> FeatureMatrix {
    try FeatureMatrix(examples.values.map(Double.init), dimension: examples.size)
  }
}
