internal import Media
internal import Specification
internal import Training
internal import Experiments
internal import Complaints
public import Datasets
internal import Metrics
internal import Records

/// Paths of the sets that `lethe metrics` compares, with the options of loading them.
public struct MetricSources: Sendable {
  /// File or folder of the training set.
  public var training: String
  /// File or folder of the held-out set; nil without one.
  public var holdout: String?
  /// File or folder of the generated set.
  public var generated: String
  /// Name of the feature space; nil for the default, which is arrays as they are and the encoder for images
  /// and sounds.
  public var features: String?
  /// Side in pixels that images are resized to; nil to keep their size.
  public var size: Int?
  /// Channels of images, 1 or 3; nil to keep theirs.
  public var channels: Int?
  /// Sample rate of sounds; nil for that of the generated ones, or 16,000 Hz where these are an array.
  public var sampleRateHz: Int?
  /// Length of a sound in samples; nil for that of the generated ones.
  public var length: Int?
  /// True to leave out broken files.
  public var skipBroken = false
  /// What messages call the set at `generated`; `lethe certify` has held-out examples there.
  public var generatedName = "generated"

  /// Names the sources, with the default options.
  public init(training: String, holdout: String?, generated: String) {
    self.training = training
    self.holdout = holdout
    self.generated = generated
  }

  /// Reads all sets and computes their features.
  ///
  /// - Parameter progress: Called as examples are loaded.
  /// - Throws: `DataError` when a set cannot be read, or they do not fit together; `InputError` and
  ///   `FeatureError` about the space.
  public func load(progress: LoadProgress? = nil) throws -> MetricSets {
    switch try kind() {
    case .array: try loadArrays()
    case .images: try loadMedia(.images) { try images($0, progress) }
    case .sounds: try loadMedia(.audio, sounds(progress))
    }
  }

  private var paths: [String] { [training, holdout, generated].compactMap(\.self) }

  /// The one kind of all sets; arrays count as the kind of the others. If all are arrays, the feature space
  /// decides.
  private func kind() throws -> MediaKind {
    let kinds = try paths.map { ($0, try MediaKind.of($0)) }
    let media = kinds.filter { $0.1 != .array }
    guard let first = media.first else {
      guard let features else { return .array }
      return try features == "logmel" || NumpyFile.shape(training).count == 2 ? .sounds : .images
    }
    if let other = media.first(where: { $0.1 != first.1 }) {
      throw DataError(
        file: other.0,
        problem: "expected \(first.1) as in \(first.0), found \(other.1)")
    }
    return first.1
  }

  private func loadArrays() throws -> MetricSets {
    func set(_ path: String) throws -> ExampleSet {
      let (values, dimension) = try NumpyFile.readMatrix(path)
      do {
        return ExampleSet(try FeatureMatrix(values, dimension: dimension))
      } catch {
        throw DataError(file: path, problem: "\(error)")
      }
    }
    let sets = (
      training: try set(training), holdout: try holdout.map(set), generated: try set(generated)
    )
    for (path, set) in [(holdout, sets.holdout), (generated, sets.generated)] {
      guard let path, let set else { continue }
      let (expected, found) = (sets.training.features.dimension, set.features.dimension)
      guard expected == found else {
        throw DataError(
          file: path, problem: "expected \(expected) features as in \(training), found \(found)")
      }
    }
    return MetricSets(
      training: sets.training, holdout: sets.holdout, generated: sets.generated,
      generatedName: generatedName, features: "arrays as they are", neighborFeatures: nil,
      sampleRateHz: nil, notes: [])
  }

  // MARK: Images and sounds

  private func loadMedia(
    _ kind: ExampleKind, _ load: (String) throws -> Dataset
  ) throws -> MetricSets {
    let space = try Experiment.Metrics.Features.parse(
      features ?? "encoder", option: "--features", for: kind)
    var notes: [String] = []
    func set(_ path: String) throws -> (raw: RawExamples, groups: [Int]?) {
      let dataset = try load(path)
      notes += dataset.notes + dataset.skipped.map { "left out: \($0.file): \($0.problem)" }
      let examples = dataset.training.inSourceOrder
      return (try RawExamples(examples), examples.groups)
    }
    let (train, made) = (try set(training), try set(generated))
    let held = try holdout.map(set)
    for (path, other) in [(generated, made), (holdout ?? "", held ?? made)]
    where other.raw.shape != train.raw.shape {
      throw DataError(
        file: path,
        problem: "expected examples of shape \(train.raw.shape) as in \(training), found "
          + "\(other.raw.shape); --size and --channels make images alike")
    }
    let rate = kind == .audio ? try soundProperties().sampleRateHz : nil
    let extractor = try FeatureExtractor(space, training: train.raw, sampleRateHz: rate)
    func measured(
      _ part: (raw: RawExamples, groups: [Int]?), _ what: String
    ) throws -> ExampleSet {
      ExampleSet(try extractor.features(of: part.raw, what), raw: part.raw, groups: part.groups)
    }
    return MetricSets(
      training: try measured(train, "training"),
      holdout: try held.map { try measured($0, "held-out") },
      generated: try measured(made, generatedName), generatedName: generatedName,
      features: extractor.name,
      neighborFeatures: space == .logmel
        ? (
          try extractor.neighborFeatures(of: train.raw, "training"),
          try extractor.neighborFeatures(of: made.raw, "generated")
        ) : nil,
      sampleRateHz: rate,
      notes: notes + extractor.warnings)
  }

  private func images(_ path: String, _ progress: LoadProgress?) throws -> Dataset {
    var request = ImageRequest(
      source: .path(path), size: size, channels: channels, skipBroken: skipBroken)
    request.cache = .standard
    return try Dataset.load(request, progress: progress)
  }

  private func sounds(_ progress: LoadProgress?) throws -> (String) throws -> Dataset {
    let (rate, length) = try soundProperties()
    return { path in
      var request = SoundRequest(
        source: .path(path), sampleRateHz: rate, length: length, skipBroken: skipBroken)
      request.cache = .standard
      return try Dataset.load(request, progress: progress)
    }
  }

  /// The rate and length asked for, or else those of the first generated sound; an array counts as 16,000
  /// Hz.
  private func soundProperties() throws -> (sampleRateHz: Int, length: Int) {
    if let sampleRateHz, let length { return (sampleRateHz, length) }
    if try MediaKind.of(generated) == .array {
      return (
        sampleRateHz ?? 16_000, try length ?? NumpyFile.shape(generated).dropFirst().first ?? 0
      )
    }
    let found = try SoundFile.properties(of: generated)
    let rate = sampleRateHz ?? found.sampleRateHz
    if let length { return (rate, length) }
    let resampled = Double(found.length) * Double(rate) / Double(found.sampleRateHz)
    guard let count = Int(exactly: resampled.rounded(.down)) else {
      throw DataError(
        file: generated, problem: "expected a rate to resample to, found \(rate) Hz")
    }
    return (rate, max(2, count))
  }
}
