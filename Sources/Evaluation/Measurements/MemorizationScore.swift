internal import Glossary
internal import Datasets
internal import Scores
internal import Specification
internal import Files
internal import Statistics
internal import Experiments
internal import Foundation
internal import Metrics
internal import Randomness
internal import Records

/// How much more models that have seen an example make of it than models that have not: of a VAE the logarithm of its
/// density under them, in nats; of a GAN the share of them whose samples cover it. See `LeaveOutRating`.
///
/// Each repeat divides the training set into folds and trains one model without each fold.
///
/// Source: G. van den Burg, C. Williams 2021, "On memorization in probabilistic deep generative models",
/// arXiv:2106.03216, §3; V. Feldman, C. Zhang 2020, "What neural networks memorize and why", arXiv:2008.03703, §2, for
/// the difference of two probabilities.
final class MemorizationScore: SingleMeasurement {
  private static let quantile = 0.95

  let key = "memorization_score"
  let meaning = Meaning(
    "How much more models make of an example that they were trained with than models that were not",
    .vandenburg2021, .feldman2020)
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
    let examples = subject.data.training.inSourceOrder
    let all = Array(0..<examples.count)
    let rating: any LeaveOutRating =
      subject.experiment.model.family == .gan
      ? try CoverageRating(subject, examples) : DensityRating(examples)
    var seen = [[Double]](repeating: [], count: examples.count)
    var unseen = seen
    for run in 0..<settings.folds * settings.repeats {
      let (repetition, fold) = (run / settings.folds, run % settings.folds)
      let order = RandomStream("metrics/folds/\(repetition)", seed: subject.seed)
        .permutation(examples.count)
      let left = Set(
        order.enumerated().filter { $0.offset % settings.folds == fold }.map(\.element))
      let session = try subject.further(
        run, on: subject.data.trainingOnly(examples.part(all.filter { !left.contains($0) })))
      for (row, value) in try rating.values(of: session).enumerated() {
        if left.contains(row) { unseen[row].append(value) } else { seen[row].append(value) }
      }
    }
    return zip(seen, unseen).map(rating.score)
  }

  /// CSV with a row for each training example, in the order of the source.
  private static func csv(_ scores: [Double]) -> String {
    "example,memorization_score\n"
      + scores.enumerated().map { "\($0),\($1)\n" }.joined()
  }
}
