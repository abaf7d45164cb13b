internal import Scores
internal import Files
internal import Statistics
internal import Training
internal import Experiments
internal import Datasets
internal import Foundation
internal import Metrics
internal import Randomness
internal import Records

/// Log-ratio of the density of an example under models that have seen it to that under models that have
/// not: ln of the mean density over runs trained with it, less the same over runs trained without it, in
/// nats.
///
/// Each repeat divides the training set into folds and trains one model without each fold.
///
/// Source: G. van den Burg, C. Williams 2021, "On memorization in probabilistic deep generative models",
/// arXiv:2106.03216, §3.
final class MemorizationScore: SingleMeasurement {
  private static let quantile = 0.95

  let key = "memorization_score"
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower
  private let settings: Experiment.Metrics.MemorizationScore

  init(_ settings: Experiment.Metrics.MemorizationScore) { self.settings = settings }

  /// The mean over training examples, with the 95% quantile and the largest score; also writes
  /// `memorization.csv`.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    let scores = try scores(of: subject)
    try AtomicFile.write(Data(Self.csv(scores).utf8), to: folder.memorization)
    let sorted = scores.sorted()
    let moments = Moments(scores)
    return Score(
      moments.mean, spread: moments.squaredErrorOfMean.squareRoot(),
      extra: [
        "quantile_95": sorted[Int(Self.quantile * Double(sorted.count - 1))],
        "max": sorted[sorted.count - 1],
      ])
  }

  /// A score for each training example, from folds × repeats models that are trained for this purpose.
  private func scores(of subject: Subject) throws -> [Double] {
    let (experiment, examples) = (subject.experiment, subject.data.training.inSourceOrder)
    let all = Array(0..<examples.count)
    var seen = [[Double]](repeating: [], count: examples.count)
    var unseen = seen
    for run in 0..<settings.folds * settings.repeats {
      let (repetition, fold) = (run / settings.folds, run % settings.folds)
      // Every run has a seed of its own, which the trial does not use either.
      let runExperiment = try experiment.overriding([
        Override("seed", .integer((experiment.seed + 1 + run) % (1 << 32)))
      ])
      let order = RandomStream("metrics/folds/\(repetition)", seed: UInt64(experiment.seed))
        .permutation(examples.count)
      let left = Set(
        order.enumerated().filter { $0.offset % settings.folds == fold }.map(\.element))
      let session = try TrainingSession(
        runExperiment,
        subject.data.trainingOnly(examples.part(all.filter { !left.contains($0) })),
        threads: subject.session.threads, on: subject.session.choice)
      while session.step < subject.session.step {
        try subject.check()
        try session.advance()
      }
      let values = try session.logLikelihoods(of: examples, all, draws: LogLikelihoodGap.draws)
      for (row, value) in values.enumerated() {
        if left.contains(row) { unseen[row].append(value) } else { seen[row].append(value) }
      }
    }
    return zip(seen, unseen).map { logMeanExp($0) - logMeanExp($1) }
  }

  /// CSV with a row for each training example, in the order of the source.
  private static func csv(_ scores: [Double]) -> String {
    "example,memorization_score\n"
      + scores.enumerated().map { "\($0),\($1)\n" }.joined()
  }
}
