internal import Records
internal import Statistics

/// When the trials of an arm begin to memorise, and when they cover the held-out examples best, by what was measured while
/// they trained.
struct OverTraining: Sendable {
  /// Memorisation begins where the memorised share passes this multiple of the 97.5% point of its null.
  private static let multiple = 2.0

  /// The step at which memorisation began, or the last measured one where it had not, by seed.
  let onsets: [(seed: Int, time: SurvivalTime)]
  /// The step at which held-out examples were covered best, the first of equals, by seed.
  let bestSteps: [(seed: Int, step: Int)]
  /// Name of its control, and p of the log-rank test beside it; nil where there is none.
  private(set) var comparison: (control: String, p: Double, correctedP: Double)?

  /// The median step at which memorisation began.
  var onset: MedianSurvival { MedianSurvival(onsets.map(\.time)) }

  /// Reads the logs of the finished trials; nil where these numbers were not measured.
  init?(_ trials: [TrialFigures]) {
    let finished = trials.filter { $0.state == .finished }
    onsets = finished.compactMap { trial in
      Self.onset(trial.curve).map { (trial.trial.seed, $0) }
    }
    bestSteps = finished.compactMap { trial in
      Self.bestStep(trial.curve).map { (trial.trial.seed, $0) }
    }
    if onsets.isEmpty, bestSteps.isEmpty { return nil }
  }

  private static func onset(_ curve: TrainingCurve) -> SurvivalTime? {
    guard let shares = curve.series[LogName.memorizedShare],
      let limit = curve.series[LogName.memorizedShareNullHigh]?.values.first,
      let last = shares.steps.last
    else { return nil }
    let first = zip(shares.steps, shares.values).first { $1 > multiple * limit }
    return SurvivalTime(Double(first?.0 ?? last), isEvent: first != nil)
  }

  private static func bestStep(_ curve: TrainingCurve) -> Int? {
    guard let coverage = curve.series[LogName.holdoutCoverage], let best = coverage.values.max()
    else { return nil }
    return zip(coverage.steps, coverage.values).first { $1 == best }?.0
  }

  /// Tests whether memorisation begins at another time than in the controls, corrected by Holm over the arms.
  static func compare(_ arms: inout [ArmFigures]) {
    let byName = Dictionary(arms.map { ($0.arm.name, $0) }, uniquingKeysWith: { a, _ in a })
    let tests = arms.indices.compactMap { index -> (index: Int, control: String, p: Double)? in
      guard arms[index].obstacle == nil, let own = arms[index].overTraining,
        let control = arms[index].arm.control, let other = byName[control]?.overTraining,
        let p = LogRank.p(own.onsets.map(\.time), other.onsets.map(\.time))
      else { return nil }
      return (index, control, p)
    }
    for (test, corrected) in zip(tests, holm(tests.map(\.p))) {
      arms[test.index].overTraining?.comparison = (test.control, test.p, corrected)
    }
  }
}

extension OverTraining: Encodable {
  private enum CodingKeys: String, CodingKey {
    case onset
    case bestStep = "best_step"
  }

  private struct Onset: Encodable {
    let median, lower, upper: Double?
    let events: Int
    let values: [OnsetValue]
    let control: String?
    let p, correctedP: Double?

    enum CodingKeys: String, CodingKey {
      case median, lower, upper, events, values, control, p
      case correctedP = "corrected_p"
    }
  }

  private struct OnsetValue: Encodable {
    let seed, step: Int
    let reached: Bool
  }

  private struct BestStep: Encodable {
    let median: Double
    let values: [StepValue]
  }

  private struct StepValue: Encodable {
    let seed, step: Int
  }

  /// Writes what stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if !onsets.isEmpty {
      let onset = onset
      try container.encode(
        Onset(
          median: onset.median, lower: onset.lower, upper: onset.upper, events: onset.events,
          values: onsets.map {
            OnsetValue(seed: $0.seed, step: Int($0.time.time), reached: $0.time.isEvent)
          }, control: comparison?.control, p: comparison?.p, correctedP: comparison?.correctedP),
        forKey: .onset)
    }
    if let median = medianBestStep {
      try container.encode(
        BestStep(
          median: median, values: bestSteps.map { StepValue(seed: $0.seed, step: $0.step) }),
        forKey: .bestStep)
    }
  }

  /// The median of the best steps; nil without any.
  var medianBestStep: Double? {
    bestSteps.isEmpty ? nil : median(bestSteps.map { Double($0.step) })
  }
}
