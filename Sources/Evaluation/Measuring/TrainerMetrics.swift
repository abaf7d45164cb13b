internal import Statistics
internal import Training
internal import Experiments
internal import Datasets
internal import Layers
package import Metrics
internal import Models
internal import Randomness
internal import Records

/// The metrics of memorisation that look at the trained networks rather than at samples: how much better a
/// model knows training examples than held-out ones.
final class TrainerMetrics {
  /// Draws of an example for a likelihood, at the end of a training.
  static let draws = 256

  private enum Knowledge {
    case likelihood(LogLikelihood)
    case discriminator(DiscriminatorScore)
  }

  private let knowledge: Knowledge
  private let data: Dataset
  private let seed: UInt64

  /// Compiles the networks of a session.
  init(_ session: TrainingSession, _ data: Dataset) throws {
    self.data = data
    seed = UInt64(session.experiment.seed)
    switch session.model {
    case .vae(let encoder, let decoder):
      knowledge = .likelihood(try LogLikelihood(session.trained, encoder, decoder))
    case .gan(_, let discriminator):
      knowledge = .discriminator(try DiscriminatorScore(session.trained, discriminator))
    case .classifier: preconditionFailure("a classifier knows training examples by its accuracy")
    }
  }

  /// `log_likelihood_gap` of a VAE or `discriminator_gap` of a GAN.
  ///
  /// - Parameters:
  ///   - limit: Examples to look at of each set; both are brought to one size.
  ///   - draws: Draws of an example for a likelihood.
  func gap(limit: Int, draws: Int = TrainerMetrics.draws) throws -> MetricEntry {
    let key: String
    switch knowledge {
    case .likelihood: key = "log_likelihood_gap"
    case .discriminator: key = "discriminator_gap"
    }
    let count = min(limit, data.training.count, data.holdout.count)
    guard count > 1 else {
      return MetricEntry(
        key: key, aspect: .memorization, better: .lower,
        value: .failure(Unavailable("needs at least 2 held-out examples, found \(count)")),
        null: nil)
    }
    let training = try values(
      of: data.training, chosen(count, of: data.training, "training"), draws)
    let holdout = try values(of: data.holdout, chosen(count, of: data.holdout, "holdout"), draws)
    let half = count / 2
    let null = half > 1 ? score(Array(holdout[..<half]), Array(holdout[half...])) : nil
    return MetricEntry(
      key: key, aspect: .memorization, better: .lower, value: .success(score(training, holdout)),
      null: null)
  }

  private func chosen(_ count: Int, of examples: Examples, _ name: String) -> [Int] {
    Array(
      RandomStream("metrics/gap/\(name)", seed: seed).permutation(examples.count).prefix(count))
  }

  private func values(of examples: Examples, _ positions: [Int], _ draws: Int) throws -> [Double] {
    switch knowledge {
    case .likelihood(let likelihood): try likelihood.values(of: examples, positions, draws: draws)
    case .discriminator(let score): try score.values(of: examples, positions)
    }
  }

  private func score(_ training: [Double], _ holdout: [Double]) -> Score {
    switch knowledge {
    case .likelihood: Gap.inUnits(training, holdout)
    case .discriminator: Gap.inDeviations(training, holdout)
    }
  }
}

/// Differences of two lists of numbers.
package enum Gap {
  /// The difference of the means.
  package static func inUnits(_ training: [Double], _ holdout: [Double]) -> Score {
    let (a, b) = (Moments(training), Moments(holdout))
    return Score(
      a.mean - b.mean,
      spread: (a.squaredErrorOfMean + b.squaredErrorOfMean)
        .squareRoot(),
      extra: ["training": a.mean, "holdout": b.mean])
  }

  /// The difference of the means in standard deviations of the held-out numbers, with the area under the
  /// curve of telling the two apart by them, ties counting half.
  package static func inDeviations(_ training: [Double], _ holdout: [Double]) -> Score {
    let (a, b) = (Moments(training), Moments(holdout))
    let deviation = b.variance.squareRoot()
    let ratio = a.variance / b.variance
    return Score(
      (a.mean - b.mean) / deviation,
      spread: (ratio / Double(training.count) + 1 / Double(holdout.count)).squareRoot(),
      extra: ["auc": AreaUnderCurve.area(training, over: holdout).area])
  }
}
