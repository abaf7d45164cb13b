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
  /// When its trials begin to memorise and when they are best; nil where that was not measured while they trained.
  var overTraining: OverTraining?

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

  /// Why it is not compared with its control, where a comparison would say nothing; nil elsewhere.
  var obstacle: String?

  /// Number of trials that ended, with a result or without.
  var ended: Int { count(.finished) + count(.failed) }

  /// Finite values of a metric by seed.
  func values(of key: String) -> [Int: Double] {
    Dictionary(
      (metrics[key]?.values ?? []).map { ($0.seed, $0.value) }, uniquingKeysWith: { a, _ in a })
  }

  /// True where every seed that both arms have finished has the same numbers, to the last bit: the arm does nothing, as
  /// a `max_norm` that never binds.
  func equals(_ other: ArmFigures) -> Bool {
    let own = finished
    let others = Dictionary(
      other.finished.map { ($0.trial.seed, $0) }, uniquingKeysWith: { a, _ in a })
    let shared = own.compactMap { trial in others[trial.trial.seed].map { (trial, $0) } }
    return !shared.isEmpty && shared.allSatisfy { $0.hasSameNumbers(as: $1) }
  }

  /// Why comparing it with its control says nothing; nil where it says something.
  func obstacle(toComparingWith control: ArmFigures) -> String? {
    if equals(control) { return "inert: every number is that of \(control.arm.name)" }
    guard control.finished.isEmpty, ended > 0, control.ended > 0 else { return nil }
    return
      "\(Verdict.notComparable.rawValue): all \(control.ended) seeds of \(control.arm.name) failed"
  }

  private var finished: [TrialFigures] { trials.filter { $0.state == .finished } }

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
  let mean: Double
  /// 95% interval of the mean; nil for fewer than two seeds.
  let interval: Interval?
  /// Mean of the middle half of the values, which seeds far from the others do not move.
  let interquartileMean: Double
  /// Median score of each control over the seeds.
  let controls: [Control: Double]
  /// True where planted copies go unnoticed in most trials.
  let isUninformative: Bool
  var comparison: ArmComparison?

  private enum CodingKeys: String, CodingKey {
    case values, mean, interval, controls, comparison
    case interquartileMean = "interquartile_mean"
    case isUninformative = "uninformative"
  }

  /// Summarises a metric over trials; nil when no trial has a finite value.
  init?(_ key: String, _ trials: [TrialFigures]) {
    let found = trials.compactMap { trial in
      trial.metrics[key].flatMap { metric in
        metric.value.flatMap { $0.isFinite ? (trial.trial.seed, $0, metric) : nil }
      }
    }
    let controls = Control.allCases.reduce(into: [Control: Double]()) { controls, control in
      let scores = found.compactMap { $0.2.controls[control] }.filter(\.isFinite)
      if !scores.isEmpty { controls[control] = median(scores) }
    }
    self.init(
      Dictionary(found.map { ($0.0, $0.1) }, uniquingKeysWith: { a, _ in a }), controls: controls,
      isUninformative: found.count { $0.2.isInformative == false } * 2 > found.count)
  }

  /// Summarises finite values by seed; nil where there are none.
  init?(_ values: [Int: Double], controls: [Control: Double] = [:], isUninformative: Bool = false) {
    guard !values.isEmpty else { return nil }
    self.values = values.sorted { $0.key < $1.key }.map { SeedValue(seed: $0.key, value: $0.value) }
    let numbers = self.values.map(\.value)
    mean = Statistics.mean(numbers)
    interval = Interval(ofMean: numbers)
    interquartileMean = Statistics.interquartileMean(numbers)
    self.controls = controls
    self.isUninformative = isUninformative
  }
}
