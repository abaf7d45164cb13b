internal import Training
public import Experiments
public import Metrics
internal import Records

/// A way from images or sounds to feature vectors: the space that metrics measure distances in.
///
/// Features do not depend on how many threads the process uses. Not to be used from two threads at once.
public final class FeatureExtractor {
  /// How reports name the space.
  public let name: String
  /// What a user should know, a line each, such as a cache that cannot be written.
  public let warnings: [String]
  /// Of an example: [H, W, C] or [T, 1].
  private let shape: [Int]
  private let map: any FeatureMap

  /// Prepares a space; for `encoder` this trains an autoencoder or finds one in the cache.
  ///
  /// - Parameters:
  ///   - training: The training set T, at least one example.
  ///   - sampleRateHz: Samples a second of sounds; nil for images.
  ///   - cache: Where trained encoders are kept.
  ///   - beforeRun: Called again and again while there is work; what it throws gives it up.
  /// - Throws: `FeatureError` when the space is not made for such examples, `InputError` when a file of
  ///   the user's is not what it should be.
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

  /// The feature vectors of examples, a row each.
  ///
  /// - Parameter what: How errors call the examples, such as `training`.
  /// - Throws: `FeatureError` when the examples are not of the shape of the training set, or a feature is not
  ///   finite or too large.
  public func features(of examples: RawExamples, _ what: String) throws -> FeatureMatrix {
    try usable(what) {
      try checkShape(examples)
      return try map.features(of: examples)
    }
  }

  /// The feature vectors that pairs of nearest examples are found by: those of `features`, or of `logmel` the
  /// flattened spectrograms.
  ///
  /// - Throws: As `features(of:)`.
  public func neighborFeatures(of examples: RawExamples, _ what: String) throws -> FeatureMatrix {
    try usable(what) {
      try checkShape(examples)
      return try map.neighborFeatures(of: examples)
    }
  }

  /// Names space and example in the error of a feature that metrics cannot work with.
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

/// What computes feature vectors of examples of one shape.
protocol FeatureMap {
  func features(of examples: RawExamples) throws -> FeatureMatrix
  /// What pairs of nearest examples are found by.
  func neighborFeatures(of examples: RawExamples) throws -> FeatureMatrix
}

extension FeatureMap {
  func neighborFeatures(of examples: RawExamples) throws -> FeatureMatrix {
    try features(of: examples)
  }
}

/// The flattened image or waveform.
struct PixelMap: FeatureMap {
  func features(of examples: RawExamples) throws -> FeatureMatrix {
    try FeatureMatrix(examples.values.map(Double.init), dimension: examples.size)
  }
}
