internal import Scores
internal import Specification
internal import Complaints
internal import Media
internal import Training
internal import Experiments
internal import Datasets
internal import Metrics
internal import Models
internal import Records

/// Features of the training and held-out examples that a generator's samples are compared with.
final class SampleSets {
  /// Largest number of training or held-out examples in the comparison at the end; larger sets are sampled
  /// at random.
  private static let limit = 10_000

  /// Cheap metrics of how a generator's samples compare with any set of examples that the generator has not seen.
  static let criteria = MetricCatalogue.all.filter {
    [
      "frechet_distance", "kernel_distance", "precision", "density", "recall", "coverage",
    ].contains($0.key)
  }

  /// Name of the feature space in reports.
  var features: String { extractor.name }

  private let experiment: Experiment
  private let threads: Int
  private let extractor: FeatureExtractor
  private let training: ExampleSet
  private let holdout: ExampleSet?
  /// The class of each row of these sets; empty where there are none.
  private let labels: (training: [Int], holdout: [Int])
  private lazy var quick = QuickComparison(
    training: training, holdout: holdout, seed: UInt64(experiment.seed), threads: threads)

  /// Computes the features of the data; for `encoder` this may train an autoencoder first.
  ///
  /// - Parameter beforeRun: Called repeatedly; an error that it throws ends the work.
  init(
    _ experiment: Experiment, _ data: Dataset, threads: Int,
    beforeRun: @escaping () throws -> Void
  ) throws {
    self.experiment = experiment
    self.threads = threads
    let trainingExamples = data.training.inSourceOrder
    let raw = try RawExamples(trainingExamples)
    let extractor = try FeatureExtractor(of: experiment, training: raw, beforeRun: beforeRun)
    self.extractor = extractor
    let seed = UInt64(experiment.seed)
    func set(_ examples: Examples, _ raw: RawExamples, _ name: String) throws -> ExampleSet {
      let all = ExampleSet(
        try extractor.features(of: raw, name, isData: true), raw: raw, groups: examples.groups)
      return all.sample(Self.limit, stream: "metrics/sample/\(name)", seed: seed)
    }
    training = try set(trainingExamples, raw, "training")
    holdout =
      data.holdout.count > 0
      ? try set(data.holdout, RawExamples(data.holdout), "held-out") : nil
    func classes(_ set: ExampleSet?, _ labels: [Int]) -> [Int] {
      labels.isEmpty ? [] : set?.origin.map { labels[$0] } ?? []
    }
    labels = (
      classes(training, trainingExamples.labels), classes(holdout, data.holdout.labels)
    )
  }

  /// Computes all metrics with their controls.
  ///
  /// - Parameters:
  ///   - samples: Shape [N] + that of an example, in the experiment's value range.
  ///   - kept: Measurements made of the same samples before; receives those that are made.
  ///   - shouldStop: Called repeatedly; true ends the work.
  /// - Throws: `Stopped`; what features throw; `FileError`.
  func results(
    _ samples: [Float], _ kept: KeptMeasurements, shouldStop: () -> Bool
  ) throws -> MetricResults {
    // A failure to keep a measurement ends the work too.
    var failure: (any Error)?
    do {
      return try MetricResults(
        training: training, holdout: holdout, generated: generated(samples),
        seed: UInt64(experiment.seed), searched: experiment.metrics.searched, threads: threads,
        known: kept.ofSamples,
        shouldStop: { failure != nil || shouldStop() }
      ) { progress in
        do { try kept.keep(progress) } catch { failure = error }
      }
    } catch is Stopped {
      throw failure ?? Stopped()
    }
  }

  /// Computes some metrics, with their nulls, of the samples of each class beside the examples of that class; nil for a
  /// class without samples or training examples.
  ///
  /// - Parameters:
  ///   - classes: The class of each sample.
  ///   - count: Number of classes.
  ///   - beforeEach: Called before each class; an error that it throws ends the work.
  func results(
    _ metrics: [any Metric], of samples: [Float], classes: [Int], count: Int,
    beforeEach: () throws -> Void
  ) throws -> [[MetricEntry]?] {
    let made = try generated(samples)
    func part(_ set: ExampleSet?, _ labels: [Int], _ label: Int) -> ExampleSet? {
      let rows = labels.indices.filter { labels[$0] == label }
      return rows.isEmpty ? nil : set?.rows(rows)
    }
    return try (0..<count).map { label in
      try beforeEach()
      guard let own = part(made, classes, label),
        let trained = part(training, labels.training, label)
      else { return nil }
      return try MetricResults(
        training: trained, holdout: part(holdout, labels.holdout, label), generated: own,
        metrics: metrics, controls: [.null], seed: UInt64(experiment.seed), testsCopying: false,
        threads: threads
      ).entries
    }
  }

  /// Pairs the samples with their nearest training examples.
  ///
  /// - Throws: `Stopped`; what features throw.
  func pairs(_ samples: [Float], shouldStop: () -> Bool) throws -> NearestPairs {
    let made = try generated(samples)
    func set(_ examples: ExampleSet, _ name: String) throws -> ExampleSet {
      let features = try examples.raw.map { try extractor.neighborFeatures(of: $0, name) }
      return ExampleSet(
        features ?? examples.features, raw: examples.raw, groups: examples.groups,
        origin: examples.origin)
    }
    return try withoutActuallyEscaping(shouldStop) { shouldStop in
      try NearestPairs(
        generated: set(made, "generated"), training: set(training, "training"),
        searched: experiment.metrics.searched, threads: Threads(threads, shouldStop: shouldStop))
    }
  }

  /// The values of the cheap metrics, with their nulls.
  func quickValues(_ samples: [Float]) throws -> [(name: String, value: Double)] {
    try quick.values(generated(samples))
  }

  /// The share of some samples that are memorised, of all training examples.
  func memorizedShare(_ samples: [Float]) throws -> Double {
    try quick.memorizedShare(generated(samples))
  }

  /// One of `criteria` for some samples, with held-out examples in the place of the training set.
  func criterion(_ key: String, _ samples: [Float]) throws -> MetricEntry {
    if let entry = try quick.criterion(key, generated(samples)) { return entry }
    return try Self.withoutHoldout(Self.criteria.filter { $0.key == key })[0]
  }

  /// All of `criteria` for some samples, with all held-out examples in the place of the training set.
  func validation(_ samples: [Float]) throws -> [MetricEntry] {
    guard let holdout else { return try Self.withoutHoldout(Self.criteria) }
    return try MetricResults(
      training: holdout, holdout: nil, generated: try generated(samples), metrics: Self.criteria,
      controls: [], seed: UInt64(experiment.seed), threads: threads
    ).entries
  }

  private static func withoutHoldout(_ metrics: [any Metric]) throws -> [MetricEntry] {
    try metrics.map { metric in
      try MetricEntry(key: metric.key, aspect: metric.aspect, better: metric.better) {
        throw Unavailable("there are no held-out examples")
      }
    }
  }

  private func generated(_ samples: [Float]) throws -> ExampleSet {
    let raw = try RawExamples(samples: samples, of: experiment)
    return ExampleSet(try extractor.features(of: raw, "generated"), raw: raw)
  }
}

extension [Float] {
  /// Converts a model's values to the range of files: images in 0…1, sounds in −1…1.
  func inFileRange(from range: ValueRange, isSound: Bool) -> [Float] {
    switch (isSound, range) {
    case (false, .symmetric): map { ($0 + 1) / 2 }
    case (true, .unit): map { 2 * $0 - 1 }
    default: self
    }
  }
}
