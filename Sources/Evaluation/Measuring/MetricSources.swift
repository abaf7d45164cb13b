internal import Media
internal import Specification
internal import Training
internal import Experiments
internal import Complaints
public import Datasets
internal import Metrics
internal import Records

/// Where the sets that `lethe metrics` compares come from, and what is to be made of them.
public struct MetricSources: Sendable {
  /// File or folder of the training set.
  public var training: String
  /// File or folder of the held-out set.
  public var holdout: String?
  /// File or folder of the generated set.
  public var generated: String
  /// The space that distances are measured in; nil for arrays as they are, or the encoder.
  public var features: String?
  /// Side in pixels that images are resized to; nil for the size that they have.
  public var size: Int?
  /// 1 or 3; nil for those that the images have.
  public var channels: Int?
  /// Samples a second of sounds; nil for those of the generated ones.
  public var sampleRateHz: Int?
  /// Samples of a sound; nil for those of the generated ones.
  public var length: Int?
  /// Whether broken files are left out.
  public var skipBroken = false

  /// Names the sources.
  public init(training: String, holdout: String?, generated: String) {
    self.training = training
    self.holdout = holdout
    self.generated = generated
  }

  /// Reads all sets and computes their features.
  ///
  /// - Parameter progress: Is told of examples that are loaded.
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

  /// What the sets are: one kind, beside which arrays are taken for the same.
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
      features: "arrays as they are", neighborFeatures: nil, sampleRateHz: nil, notes: [])
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
      generated: try measured(made, "generated"), features: extractor.name,
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

  /// The rate and length asked for, or else of the first generated sound.
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
