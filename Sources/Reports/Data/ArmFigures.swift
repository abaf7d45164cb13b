internal import Records
internal import Scores
internal import Statistics

/// An arm with its trials and a summary of each metric over them.
struct ArmFigures: Sendable {
  let arm: SweepRecord.Arm
  /// Its trials, in the order of their seeds.
  let trials: [TrialFigures]
  /// Summaries by the key of the metric.
  var metrics: [String: ArmMetric] = [:]

  /// A note on trials that make only a few distinct samples, such as `collapsed in 2 of 5 seeds: 1 to 3
  /// distinct samples in 500`; nil where there are none.
  var collapse: String? {
    let found = trials.compactMap(\.collapse)
    guard let fewest = found.min(by: { $0.distinct < $1.distinct }),
      let most = found.max(by: { $0.distinct < $1.distinct })
    else { return nil }
    let range = fewest.distinct == most.distinct ? "" : "\(fewest.distinct) to "
    return "collapsed in \(found.count) of \(trials.count) seeds: \(range)\(most.text)"
  }

  /// Number of trials in each state.
  var counts: [TrialState: Int] { TrialState.counts(of: trials.lazy.map(\.state)) }

  /// Number of trials in one state.
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

  /// Finite values, in the order of the seeds.
  let values: [SeedValue]
  let interquartileMean: Double
  /// BCa interval of the interquartile mean; nil for fewer than three seeds.
  let interval: Interval?
  /// Median score of each control over the seeds.
  let controls: [Control: Double]
  /// True where planted copies go unnoticed in most trials.
  let isUninformative: Bool
  var comparison: ArmComparison?

  private enum CodingKeys: String, CodingKey {
    case values, interval, controls, comparison
    case interquartileMean = "interquartile_mean"
    case isUninformative = "uninformative"
  }

  /// Summarises a metric over trials; nil when no trial has a finite value.
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

/// A comparison of an arm with the arm without dropout.
struct ArmComparison: Sendable {
  /// Name of the arm without dropout.
  let control: String
  /// Seeds for which both arms have a value.
  let seeds: [Int]
  let paired: PairedComparison
  /// Probability that a trial of the arm is better than one of the arm without dropout, over all pairs of trials.
  let probabilityOfImprovement: Double
  /// p value corrected for multiple comparisons; nil until it is, and without a p value.
  var correctedP: Double?
  /// True for a metric that is not primary. Its p value is corrected by Benjamini–Hochberg instead of Holm.
  let isExploratory: Bool

  var verdict: Verdict { paired.verdict(correctedP: correctedP) }
}
