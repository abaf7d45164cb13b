internal import Datasets
internal import Foundation
internal import Metrics
internal import Records

/// What a trial measures of itself: cheap metrics while it trains, all of them at its end.
final class Measuring {
  /// Examples of each set whose likelihoods or scores are compared while training goes on, and draws of a
  /// likelihood.
  private static let quickExamples = 128
  private static let quickDraws = 16

  private let session: TrainingSession
  private let data: Dataset
  private let threads: Int
  private var prepared: (samples: SampleMetrics, trainer: TrainerMetrics)?

  /// Checks what `metrics` asks for.
  ///
  /// - Throws: `InputError` for a metric that there is not or a network file that is not usable.
  init(_ session: TrainingSession, _ data: Dataset, threads: Int) throws {
    self.session = session
    self.data = data
    self.threads = threads
    try session.experiment.checkPrimaryMetrics()
    try session.experiment.checkFolds(of: data.training)
    if case .network = session.experiment.metrics.features { _ = try prepare() }
  }

  /// The values of the cheap metrics for the model as it is.
  func quickValues() throws -> [(name: String, value: Double)] {
    let (samples, trainer) = try prepare()
    let gap = try trainer.gap(limit: Self.quickExamples, draws: Self.quickDraws)
    return try samples.quickValues(session.sample(SampleMetrics.quickSamples))
      + (gap.value.map { [(gap.key, $0.value)] } ?? []).filter { $0.1.isFinite }
  }

  /// Writes `metrics.json` and the sheets of nearest pairs.
  ///
  /// - Parameters:
  ///   - samples: What the finished model generates.
  ///   - shouldStop: Asked while models are trained for `memorization_score`.
  /// - Returns: Whether all was written; false when it was stopped.
  func write(
    _ samples: [Float], to folder: TrialFolder, shouldStop: () -> Bool
  ) throws -> Bool {
    let (metrics, trainer) = try prepare()
    var results = try metrics.results(samples)
    results.entries.append(try trainer.gap(limit: session.experiment.metrics.samples))
    if let settings = session.experiment.metrics.memorizationScore {
      guard
        let score = try MemorizationScore(
          session.experiment, settings, data.training.inSourceOrder, threads: threads,
          shouldStop: shouldStop)
      else { return false }
      results.entries.append(score.entry)
      try AtomicFile.write(Data(score.csv.utf8), to: folder.memorization)
    }
    try TrialMetrics(
      results: results, features: metrics.features, learnedRates: session.learnedRates()
    ).write(to: folder.metrics)
    let data = session.experiment.data
    try metrics.pairs(samples).write(
      sampleRateHz: data.kind == .audio ? data.sampleRateHz : nil
    ) { folder.nearest(fileExtension: $0) }
    return true
  }

  /// Computes the features of the data the first time they are wanted.
  private func prepare() throws -> (samples: SampleMetrics, trainer: TrainerMetrics) {
    if let prepared { return prepared }
    let made = (
      samples: try SampleMetrics(session.experiment, data, threads: threads),
      trainer: try TrainerMetrics(session, data)
    )
    prepared = made
    return made
  }
}

extension Experiment {
  /// Makes sure that a batch is left of the training set without any of its folds.
  func checkFolds(of examples: Examples) throws {
    guard let folds = metrics.memorizationScore?.folds else { return }
    let left = examples.count - (examples.count + folds - 1) / folds
    guard folds <= examples.count, left >= train.batch else {
      let key = "metrics.memorization_score.folds"
      throw InputError(
        place(of: key), key: key,
        expected:
          "folds that leave a batch of \(train.batch) of \(examples.count) training examples",
        found: "\(folds)")
    }
  }

  /// Makes sure that there are metrics of the names that `metrics.primary` gives.
  func checkPrimaryMetrics() throws {
    let names =
      MetricCatalogue.all.map(\.key)
      + [model.family == .vae ? "log_likelihood_gap" : "discriminator_gap"]
    for (key, name) in [
      ("metrics.primary.diversity", metrics.primaryDiversity),
      ("metrics.primary.memorization", metrics.primaryMemorization),
    ] where !names.contains(name) {
      throw InputError(
        place(of: key), key: key, expected: "one of \(names.joined(separator: ", "))", found: name,
        suggestion: nearestName(to: name, among: names))
    }
  }
}
