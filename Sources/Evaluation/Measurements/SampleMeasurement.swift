internal import Glossary
internal import Scores
internal import Specification
internal import Datasets
internal import Experiments
internal import Metrics
internal import Records
internal import Training

/// Metrics of `MetricCatalogue`, with their controls, that compare a generator's samples with training and
/// held-out examples. Also writes the samples, and pairs of samples and their nearest training examples.
final class SampleMeasurement: Measurement {
  /// Numbers of training examples on a sheet.
  private static let realImages = 64, realSounds = 16

  var numbers: [MeasuredNumber] { MetricCatalogue.all.map { MeasuredNumber($0) } }

  /// One piece for each metric of the samples and of each control.
  var pieces: Int { MetricCatalogue.all.count * (Control.allCases.count + 1) }

  /// Too few training, held-out or generated examples.
  func obstacle(to key: String, of experiment: Experiment, on data: Dataset) -> Unavailable? {
    guard let metric = MetricCatalogue.all.first(where: { $0.key == key }) else { return nil }
    return metric.needed.shortfall(
      training: data.training.count, holdout: metric.needsHoldout ? data.holdout.count : nil,
      generated: experiment.metrics.samples)
  }

  /// Computes the features of the data.
  func prepare(for subject: Subject) throws { _ = try subject.sampleSets() }

  func measure(
    _ subject: Subject, in folder: TrialFolder, _ kept: KeptMeasurements
  ) throws -> Findings {
    let experiment = subject.experiment
    let sets = try subject.sampleSets()
    let samples = try subject.sample(experiment.metrics.samples)
    try SampleFiles(experiment).write(samples) { folder.finalSample($0, fileExtension: $1) }
    try folder.removeFinalSamples(from: experiment.metrics.samples)
    let real = subject.data.training.sample(
      experiment.data.kind == .images ? Self.realImages : Self.realSounds, "real",
      seed: subject.seed)
    try SampleFiles(experiment).writeSheet(real.floats(in: experiment.valueRange)) {
      folder.real(fileExtension: $0)
    }
    let results = try sets.results(samples, kept, shouldStop: subject.shouldStop)
    try sets.pairs(samples, shouldStop: subject.shouldStop).write(
      sampleRateHz: experiment.data.kind == .audio ? experiment.data.sampleRateHz : nil
    ) { folder.nearest(fileExtension: $0) }
    return Findings(
      results.entries, sizes: MetricsDocument.Sizes(results.sizes), features: sets.features)
  }

  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] {
    try subject.sampleSets().quickValues(subject.sample(QuickComparison.samples))
  }

  var criteria: [Criterion] {
    SampleSets.criteria.compactMap { metric in
      metric.better.map { Criterion(key: metric.key, better: $0) }
    }
  }

  func criterion(_ key: String, of subject: Subject) throws -> MetricEntry {
    try subject.sampleSets().criterion(key, subject.sample(QuickComparison.samples))
  }

  func validation(of subject: Subject) throws -> [MetricEntry] {
    try subject.sampleSets().validation(subject.sample(subject.experiment.metrics.samples))
  }
}
