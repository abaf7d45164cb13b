internal import Glossary
internal import Scores
internal import Experiments
internal import Datasets
internal import Metrics
internal import Models
internal import Randomness
internal import Records
internal import Training

/// Difference between how a trained model rates training examples and held-out ones, and how well the two can be told
/// apart by it. Each example gets a number, such as its log-likelihood; the gap is the mean over training examples minus
/// that over held-out ones. The nulls are the same of two halves of the held-out examples.
protocol Gap: UndividedMeasurement {
  /// Its key.
  var key: String { get }
  /// What each example's number is, such as `log-likelihood`.
  var rating: String { get }
  /// The key of the attack by its numbers; see `MembershipAttack`.
  var attackKey: String { get }
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
  /// The numbers of a model on a scale that other models share.
  func scaled(_ numbers: [Double]) -> [Double]
}

extension Gap {
  /// The gap and the attack.
  var numbers: [MeasuredNumber] { [difference, attack] }

  private var difference: MeasuredNumber {
    MeasuredNumber(
      key, .memorization, .lower,
      Meaning("How much higher the \(rating) is of training than of held-out examples"))
  }

  private var attack: MeasuredNumber {
    MeasuredNumber(
      attackKey, .memorization, .lower,
      Meaning(
        "Share of training examples that an attacker finds by the \(rating), at one false alarm in a hundred",
        .hayes2019, .carlini2022))
  }

  /// The gap and the attack of at most `metrics.samples` examples of each set.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let numbers = try numbers(subject, limit: subject.experiment.metrics.samples, isQuick: false)
    return [
      MetricEntry(difference, of: numbers, atLeast: 2, score),
      MetricEntry(attack, of: numbers, atLeast: MembershipAttack.needed) {
        MembershipAttack(members: $0, others: $1).score
      },
    ]
  }

  /// Too few examples for the attack.
  func obstacle(to key: String, of experiment: Experiment, on data: Dataset) -> Unavailable? {
    let pairs = Self.pairs(of: data, limit: experiment.metrics.samples)
    return key == attackKey ? .fewPairs(pairs, needed: MembershipAttack.needed) : nil
  }

  /// The gap of at most 128 examples of each set, and its null.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] {
    let numbers = try numbers(subject, limit: 128, isQuick: true)
    let entry = MetricEntry(difference, of: numbers, atLeast: 2, score)
    return [(key, entry.value), (LogName.null(of: key), entry.controls[.null])].compactMap {
      name, score in score.map { (name, $0.value) }
    }
  }

  private static func pairs(of data: Dataset, limit: Int) -> Int {
    min(limit, data.training.count, data.holdout.count)
  }

  /// The numbers of as many examples of one set as of the other.
  ///
  /// - Parameter limit: Largest number of examples of each set.
  private func numbers(
    _ subject: Subject, limit: Int, isQuick: Bool
  ) throws -> (training: [Double], holdout: [Double]) {
    let data = subject.data
    let count = Self.pairs(of: data, limit: limit)
    func numbers(_ examples: Examples, _ name: String) throws -> [Double] {
      guard count > 1 else { return [Double](repeating: 0, count: count) }
      let order = RandomStream("metrics/gap/\(name)", seed: subject.seed)
        .permutation(examples.count)
      return try values(of: examples, Array(order.prefix(count)), subject, isQuick: isQuick)
    }
    return (try numbers(data.training, "training"), try numbers(data.holdout, "holdout"))
  }

  /// The numbers as they are, by default.
  func scaled(_ numbers: [Double]) -> [Double] { numbers }
}

extension MetricEntry {
  /// An entry of two lists of numbers, with the score of one half of the held-out ones beside the other as its null.
  ///
  /// - Parameter needed: Smallest number of examples of each kind.
  init(
    _ number: MeasuredNumber, of numbers: (training: [Double], holdout: [Double]),
    atLeast needed: Int,
    _ score: ([Double], [Double]) -> Score
  ) {
    let (training, holdout) = numbers
    let half = holdout.count / 2
    self.init(
      number,
      Unavailable.fewPairs(holdout.count, needed: needed).map(Result.failure)
        ?? .success(score(training, holdout)),
      null: half < needed ? nil : score(Array(holdout[..<half]), Array(holdout[half...])))
  }
}

extension Unavailable {
  /// Too few examples of each kind; nil where there are enough.
  static func fewPairs(_ found: Int, needed: Int) -> Unavailable? {
    found < needed ? few(found, of: "training and as many held-out", needed: needed) : nil
  }
}

/// `log_likelihood_gap` of a VAE, in nats, and `membership_likelihood`.
final class LogLikelihoodGap: Gap {
  /// Number of draws for the likelihood of an example, at the end of training.
  static let draws = 256
  private static let quickDraws = 16

  let key = "log_likelihood_gap"
  let rating = "log-likelihood"
  let attackKey = "membership_likelihood"
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
    Difference.tested(Difference.inUnits(training, holdout))
  }
}

/// `discriminator_gap` of a GAN, in standard deviations of the scores of held-out examples, and `membership_discriminator`.
///
/// Source: J. Hayes et al. 2019, "LOGAN", arXiv:1705.07663, §4, for the attack.
final class DiscriminatorGap: Gap {
  let key = "discriminator_gap"
  let rating = "discriminator's score"
  let attackKey = "membership_discriminator"
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
    Difference.tested(Difference.inDeviations(training, holdout))
  }

  /// The scores in units of their standard deviation, as each discriminator has a scale of its own.
  func scaled(_ numbers: [Double]) -> [Double] { Difference.inDeviations(numbers) }
}
