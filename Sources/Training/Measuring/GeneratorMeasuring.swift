internal import Datasets
internal import Foundation
internal import Metrics
internal import Records

/// What is measured of a GAN or VAE: its samples, and what its networks know of the training set.
final class GeneratorMeasuring: FamilyMeasuring {
  /// Examples of each set whose likelihoods or scores are compared while training goes on, and draws of a
  /// likelihood.
  private static let quickExamples = 128
  private static let quickDraws = 16

  private let session: TrainingSession
  private let data: Dataset
  private let samples: SampleMetrics
  private let trainer: TrainerMetrics
  private(set) var sizes: any Encodable & Sendable = [String: Int]()

  /// Computes the features of the data.
  init(_ session: TrainingSession, _ data: Dataset, threads: Int) throws {
    self.session = session
    self.data = data
    samples = try SampleMetrics(session.experiment, data, threads: threads)
    trainer = try TrainerMetrics(session, data)
  }

  var features: String? { samples.features }

  func quickValues() throws -> [(name: String, value: Double)] {
    let gap = try trainer.gap(limit: Self.quickExamples, draws: Self.quickDraws)
    return try samples.quickValues(session.sample(SampleMetrics.quickSamples))
      + (gap.value.map { [(gap.key, $0.value)] } ?? []).filter { $0.1.isFinite }
  }

  /// Also writes the samples and the sheets of nearest pairs.
  func entries(in folder: TrialFolder, shouldStop: () -> Bool) throws -> [MetricEntry]? {
    do {
      return try allEntries(in: folder, shouldStop: shouldStop)
    } catch is Stopped {
      return nil
    }
  }

  private func allEntries(in folder: TrialFolder, shouldStop: () -> Bool) throws -> [MetricEntry] {
    let experiment = session.experiment
    let made = try session.sample(experiment.metrics.samples)
    try SampleFiles(experiment).write(made) { folder.finalSample($0, fileExtension: $1) }
    let results = try samples.results(made, shouldStop: shouldStop)
    sizes = results.sizes
    var entries = results.entries
    entries.append(try trainer.gap(limit: experiment.metrics.samples))
    if let settings = experiment.metrics.memorizationScore {
      guard
        let score = try MemorizationScore(
          experiment, settings, data.training.inSourceOrder, threads: session.threads,
          shouldStop: shouldStop)
      else { throw Stopped() }
      entries.append(score.entry)
      try AtomicFile.write(Data(score.csv.utf8), to: folder.memorization)
    }
    try samples.pairs(made, shouldStop: shouldStop).write(
      sampleRateHz: experiment.data.kind == .audio ? experiment.data.sampleRateHz : nil
    ) { folder.nearest(fileExtension: $0) }
    return entries
  }
}
