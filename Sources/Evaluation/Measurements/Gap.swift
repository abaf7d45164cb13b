internal import Scores
internal import Experiments
internal import Datasets
internal import Metrics
internal import Models
internal import Randomness
internal import Records
internal import Training

/// Difference between how a trained model rates training examples and held-out ones. Each example gets a
/// number, such as its log-likelihood; the mean over held-out examples is subtracted from that over
/// training examples. The null is the same difference between two halves of the held-out examples.
protocol Gap: UndividedMeasurement {
  /// Its key.
  var key: String { get }
  /// The number that the model gives each example.
  ///
  /// - Parameters:
  ///   - positions: Positions of the examples.
  ///   - isQuick: True during training, where fewer draws must do.
  func values(
    of examples: Examples, _ positions: [Int], _ subject: Subject, isQuick: Bool
  ) throws -> [Double]
  /// The difference of two lists of such numbers.
  func score(_ training: [Double], _ holdout: [Double]) -> Score
}

extension Gap {
  /// Its one key.
  var keys: [String] { [key] }

  /// The gap of at most `metrics.samples` examples of each set.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    [try entry(subject, limit: subject.experiment.metrics.samples, isQuick: false)]
  }

  /// The gap of at most 128 examples of each set.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] {
    try entry(subject, limit: 128, isQuick: true).value.map { [(key, $0.value)] } ?? []
  }

  /// Measures the gap of as many examples of one set as of the other.
  ///
  /// - Parameter limit: Largest number of examples of each set.
  private func entry(_ subject: Subject, limit: Int, isQuick: Bool) throws -> MetricEntry {
    let data = subject.data
    let count = min(limit, data.training.count, data.holdout.count)
    guard count > 1 else {
      return MetricEntry(
        key: key, aspect: .memorization, better: .lower,
        value: .failure(Unavailable("needs at least 2 held-out examples, found \(count)")),
        null: nil)
    }
    func numbers(_ examples: Examples, _ name: String) throws -> [Double] {
      let order = RandomStream("metrics/gap/\(name)", seed: subject.seed)
        .permutation(examples.count)
      return try values(of: examples, Array(order.prefix(count)), subject, isQuick: isQuick)
    }
    let training = try numbers(data.training, "training")
    let holdout = try numbers(data.holdout, "holdout")
    let half = count / 2
    let null = half > 1 ? score(Array(holdout[..<half]), Array(holdout[half...])) : nil
    return MetricEntry(
      key: key, aspect: .memorization, better: .lower, value: .success(score(training, holdout)),
      null: null)
  }
}

/// `log_likelihood_gap` of a VAE, in nats.
final class LogLikelihoodGap: Gap {
  /// Number of draws for the likelihood of an example, at the end of training.
  static let draws = 256
  private static let quickDraws = 16

  let key = "log_likelihood_gap"
  private var likelihood: LogLikelihood?

  func values(
    of examples: Examples, _ positions: [Int], _ subject: Subject, isQuick: Bool
  ) throws -> [Double] {
    guard case .vae(let encoder, let decoder) = subject.session.model else {
      preconditionFailure("\(key) is of a VAE")
    }
    let likelihood = try self.likelihood ?? LogLikelihood(subject.inference, encoder, decoder)
    self.likelihood = likelihood
    return try likelihood.values(
      of: examples, positions, draws: isQuick ? Self.quickDraws : Self.draws)
  }

  func score(_ training: [Double], _ holdout: [Double]) -> Score {
    Difference.inUnits(training, holdout)
  }
}

/// `discriminator_gap` of a GAN, in standard deviations of the scores of held-out examples.
final class DiscriminatorGap: Gap {
  let key = "discriminator_gap"
  private var scores: DiscriminatorScore?

  func values(
    of examples: Examples, _ positions: [Int], _ subject: Subject, isQuick: Bool
  ) throws -> [Double] {
    guard case .gan(_, let discriminator) = subject.session.model else {
      preconditionFailure("\(key) is of a GAN")
    }
    let scores = try self.scores ?? DiscriminatorScore(subject.inference, discriminator)
    self.scores = scores
    return try scores.values(of: examples, positions)
  }

  func score(_ training: [Double], _ holdout: [Double]) -> Score {
    Difference.inDeviations(training, holdout)
  }
}
