internal import Records
internal import Scores
internal import Statistics

/// An arm with its trials and what each metric says of it.
struct ArmFigures: Sendable {
  let arm: SweepRecord.Arm
  /// Its trials, by seed.
  let trials: [TrialFigures]
  /// By key.
  var metrics: [String: ArmMetric] = [:]

  /// In how many of its trials the samples are few different ones, and how few; nil where in none.
  var collapse: String? {
    let found = trials.compactMap(\.collapse)
    guard let fewest = found.min(by: { $0.distinct < $1.distinct }),
      let most = found.max(by: { $0.distinct < $1.distinct })
    else { return nil }
    let range = fewest.distinct == most.distinct ? "" : "\(fewest.distinct) to "
    return "collapsed in \(found.count) of \(trials.count) seeds: \(range)\(most.text)"
  }

  /// How many trials there are of each state.
  var counts: [TrialState: Int] { TrialState.counts(of: trials.lazy.map(\.state)) }

  /// How many trials there are of a state.
  func count(_ state: TrialState) -> Int { trials.count { $0.state == state } }

  /// The finished trial of the lowest seed, whose pictures stand for the arm.
  var example: TrialFigures? { trials.first { $0.state == .finished } }
}

/// One metric of one arm.
struct ArmMetric: Sendable, Encodable {
  /// The value of a seed.
  struct SeedValue: Sendable, Encodable {
    let seed: Int
    let value: Double
  }

  /// Values of the seeds that have one, in their order.
  let values: [SeedValue]
  let interquartileMean: Double
  /// BCa, of the interquartile mean; nil for fewer than three seeds.
  let interval: Interval?
  /// Medians over the seeds.
  let controls: [Control: Double]
  /// Whether planted copies go unnoticed in most trials.
  let isUninformative: Bool
  var comparison: ArmComparison?

  private enum CodingKeys: String, CodingKey {
    case values, interval, controls, comparison
    case interquartileMean = "interquartile_mean"
    case isUninformative = "uninformative"
  }

  /// Summarises; nil when no trial has a finite value.
  init?(_ key: String, _ trials: [TrialFigures], resamples: Int) {
    let found = trials.compactMap { trial in
      trial.metrics[key].flatMap { metric in
        metric.value.flatMap { $0.isFinite ? (trial.trial.seed, $0, metric) : nil }
      }
    }
    guard !found.isEmpty else { return nil }
    values = found.map { SeedValue(seed: $0.0, value: $0.1) }
    let numbers = values.map(\.value)
    interquartileMean = Statistics.interquartileMean(numbers)
    interval = BCa.interval(of: numbers, resamples: resamples)
    controls = Control.allCases.reduce(into: [:]) { controls, control in
      let scores = found.compactMap { $0.2.controls[control] }.filter(\.isFinite)
      if !scores.isEmpty { controls[control] = median(scores) }
    }
    isUninformative = found.count { $0.2.isInformative == false } * 2 > found.count
  }
}

/// An arm against the arm without dropout.
struct ArmComparison: Sendable {
  /// Name of the arm without dropout.
  let control: String
  /// Seeds that both have.
  let seeds: [Int]
  let paired: PairedComparison
  /// The probability that a trial of the arm is better than one of the arm without dropout, seeds aside.
  let probabilityOfImprovement: Double
  /// Corrected for the other comparisons; nil before that.
  var correctedP: Double?
  /// Whether it is one of those that are corrected by Benjamini–Hochberg, beside the primary ones.
  let isExploratory: Bool

  var verdict: Verdict { paired.verdict(correctedP: correctedP) }
}
