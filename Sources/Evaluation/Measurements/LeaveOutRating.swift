internal import Datasets
internal import Experiments
internal import Metrics
internal import Statistics
internal import Training

/// What a leave-out score asks of each model about each training example, and how it compares the answers.
protocol LeaveOutRating {
  /// The answers of a model, in the order of the examples.
  func values(of session: TrainingSession) throws -> [Double]
  /// The score of an example, by the answers of models that were trained with it and of those that were not.
  func score(_ seen: [Double], _ unseen: [Double]) -> Double
}

/// Asks a VAE for log-likelihoods: the score is ln of the mean density over models trained with an example, less the
/// same over models trained without it, in nats.
struct DensityRating: LeaveOutRating {
  private let examples: Examples

  /// Asks about examples.
  init(_ examples: Examples) { self.examples = examples }

  func values(of session: TrainingSession) throws -> [Double] {
    try session.logLikelihoods(
      of: examples, Array(0..<examples.count), draws: LogLikelihoodGap.draws)
  }

  func score(_ seen: [Double], _ unseen: [Double]) -> Double {
    logMeanExp(seen) - logMeanExp(unseen)
  }
}

/// Asks a GAN, which has no density, whether `metrics.samples` of its samples cover an example, as `coverage` has it:
/// whether the nearest of them is nearer than the fifth nearest other training example. The score is the share of
/// models trained with the example that cover it, less the share of those trained without it, in −1…1.
///
/// Neighbourhoods are those of the whole training set in the space of `metrics.features`, the same for all models.
struct CoverageRating: LeaveOutRating {
  private let extractor: FeatureExtractor
  private let covered: CoveredRows

  /// Asks about examples, at least 50.
  ///
  /// - Throws: `Unavailable` for fewer; what features throw; `Stopped`.
  init(_ subject: Subject, _ examples: Examples) throws {
    let raw = try RawExamples(examples)
    extractor = try FeatureExtractor(
      of: subject.experiment, training: raw, beforeRun: subject.check)
    covered = try CoveredRows(
      extractor.features(of: raw, "training"),
      threads: Threads(subject.session.threads, shouldStop: subject.shouldStop))
  }

  func values(of session: TrainingSession) throws -> [Double] {
    let samples = try RawExamples(
      samples: session.sample(session.experiment.metrics.samples), of: session.experiment)
    return try covered(extractor.features(of: samples, "generated")).map { $0 ? 1 : 0 }
  }

  func score(_ seen: [Double], _ unseen: [Double]) -> Double { mean(seen) - mean(unseen) }
}
