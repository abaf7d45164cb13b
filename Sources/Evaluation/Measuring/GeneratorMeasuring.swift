internal import Training
internal import Experiments
internal import Files
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
    samples = try SampleMetrics(
      session.experiment, data, threads: threads, beforeRun: session.check)
    trainer = try TrainerMetrics(session, data)
  }

  var features: String? { samples.features }

  func quickValues() throws -> [(name: String, value: Double)] {
    let gap = try trainer.gap(limit: Self.quickExamples, draws: Self.quickDraws)
    return try samples.quickValues(session.sample(SampleMetrics.quickSamples))
      + (gap.value.map { [(gap.key, $0.value)] } ?? [])
  }

  /// One of the samples for each metric and control; the gap; perhaps the leave-out score.
  var measurements: Int {
    MetricCatalogue.all.count * (Control.allCases.count + 1) + 1
      + (session.experiment.metrics.memorizationScore == nil ? 0 : 1)
  }

  /// Also writes the samples and the sheets of nearest pairs.
  func entries(in folder: TrialFolder, _ kept: KeptMeasurements) throws -> [MetricEntry] {
    let experiment = session.experiment
    let made = try session.sample(experiment.metrics.samples)
    try SampleFiles(experiment).write(made) { folder.finalSample($0, fileExtension: $1) }
    try folder.removeFinalSamples(from: experiment.metrics.samples)
    let results = try samples.results(made, kept, shouldStop: session.shouldStop)
    sizes = results.sizes
    var entries = results.entries
    entries += try kept.part("gap") { [try trainer.gap(limit: experiment.metrics.samples)] }
    if let settings = experiment.metrics.memorizationScore {
      entries += try kept.part("memorization_score") { [try memorization(settings, in: folder)] }
    }
    try samples.pairs(made, shouldStop: session.shouldStop).write(
      sampleRateHz: experiment.data.kind == .audio ? experiment.data.sampleRateHz : nil
    ) { folder.nearest(fileExtension: $0) }
    return entries
  }

  private func memorization(
    _ settings: Experiment.Metrics.MemorizationScore, in folder: TrialFolder
  ) throws -> MetricEntry {
    let score = try MemorizationScore(
      session.experiment, settings, data.training.inSourceOrder, threads: session.threads,
      beforeStep: session.check)
    try AtomicFile.write(Data(score.csv.utf8), to: folder.memorization)
    return score.entry
  }
}
