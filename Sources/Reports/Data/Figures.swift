internal import Files
internal import Machine
internal import Experiments
internal import Foundation
internal import Records
internal import Scores
internal import Statistics

/// Every number of a report.
struct Figures: Sendable {
  /// Number of bootstrap resamples for metrics that are not primary.
  private static let exploratoryResamples = 2000

  let plan: SweepRecord
  /// The purpose of the experiment, from the comment that opens its file; nil without one.
  let question: String?
  let trials: [TrialFigures]
  private(set) var arms: [ArmFigures]
  /// Keys of the metrics that have a value, the primary ones first, then by aspect.
  let keys: [String]
  /// Tests of the experiment's claim; nil when it has none.
  private(set) var claim: ClaimFigures?
  /// The data, programs and machines behind the trials.
  let circumstances: Circumstances
  /// One trial's record of each metric, for what all trials share: its aspect and direction.
  let readings: [String: MetricRecord]

  /// Reads a results folder.
  ///
  /// - Throws: `InputError` when it is not a results folder, or is of another version.
  init(reading results: ResultsFolder) throws {
    let plan = try SweepRecord(of: results)
    self.plan = plan
    question = Self.purpose(results.experiment)
    let goals = plan.goals
    let read = onAllCores(plan.trials) { TrialFigures($0, in: results, goal: goals[$0.arm]) }
    trials = read
    circumstances = Circumstances(read, of: plan)
    readings = read.reduce(into: [:]) { found, trial in
      found.merge(trial.metrics.filter { $0.value.value != nil }) { first, _ in first }
    }
    keys = Self.ordered(readings, primary: plan.primaryMetrics)
    let byArm = Dictionary(grouping: read, by: \.trial.arm)
    arms = plan.arms.map { arm in
      ArmFigures(arm: arm, trials: (byArm[arm.name] ?? []).sorted { $0.trial.seed < $1.trial.seed })
    }
    arms = onAllCores(arms) { [keys] arm in
      var arm = arm
      for key in keys {
        let resamples =
          plan.primaryMetrics.contains(key) ? BCa.resamples : Self.exploratoryResamples
        arm.metrics[key] = ArmMetric(key, arm.trials, resamples: resamples)
      }
      return arm
    }
    compare()
    let experiment = try? Experiment.load(
      path: results.experiment.path, folder: plan.folder, overrides: plan.overrides)
    claim = experiment?.claim.map { ClaimFigures($0, arms, circumstances) }
  }

  /// Finds an arm by its name.
  func arm(_ name: String) -> ArmFigures? { arms.first { $0.arm.name == name } }

  /// True where higher values of a metric are better, false where lower ones are, nil where neither is
  /// known. Without a recorded direction, lower is better for memorisation.
  func higherIsBetter(_ key: String) -> Bool? {
    guard let reading = readings[key] else { return nil }
    return reading.higherIsBetter ?? (reading.aspect == .memorization ? false : nil)
  }

  /// Distinct combinations of the grid's values, in the plan's order.
  var cells: [[SweepRecord.Setting]] {
    arms.map(\.arm.grid).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  // MARK: Comparing

  private mutating func compare() {
    let controls = Dictionary(arms.map { ($0.arm.name, $0) }, uniquingKeysWith: { a, _ in a })
    let directions = keys.compactMap { key in higherIsBetter(key).map { (key, $0) } }
    let (plan, circumstances) = (plan, circumstances)
    arms = onAllCores(arms) { arm in
      var arm = arm
      guard let control = arm.arm.control.flatMap({ controls[$0] }),
        circumstances.allowComparing([arm.arm, control.arm])
      else { return arm }
      for (key, higherIsBetter) in directions {
        let comparison = Self.comparison(
          arm.metrics[key], control.metrics[key], of: control.arm.name,
          higherIsBetter: higherIsBetter,
          isExploratory: !plan.primaryMetrics.contains(key))
        arm.metrics[key]?.comparison = comparison
      }
      return arm
    }
    correct(exploratory: false, by: holm)
    correct(exploratory: true, by: benjaminiHochberg)
  }

  private static func comparison(
    _ metric: ArmMetric?, _ control: ArmMetric?, of name: String, higherIsBetter: Bool,
    isExploratory: Bool
  ) -> ArmComparison? {
    guard let metric, let control else { return nil }
    let base = Dictionary(
      control.values.map { ($0.seed, $0.value) }, uniquingKeysWith: { a, _ in a })
    let pairs = metric.values.compactMap { own in base[own.seed].map { (own.seed, own.value - $0) }
    }
    guard !pairs.isEmpty else { return nil }
    let (own, other) = (metric.values.map(\.value), control.values.map(\.value))
    return ArmComparison(
      control: name, seeds: pairs.map(\.0),
      paired: PairedComparison(
        pairs.map(\.1), higherIsBetter: higherIsBetter,
        resamples: isExploratory ? exploratoryResamples : BCa.resamples),
      probabilityOfImprovement: higherIsBetter
        ? Statistics.probabilityOfImprovement(own, over: other)
        : Statistics.probabilityOfImprovement(other, over: own),
      isExploratory: isExploratory)
  }

  private mutating func correct(exploratory: Bool, by correction: ([Double]) -> [Double]) {
    var places: [(arm: Int, key: String, p: Double)] = []
    for (index, arm) in arms.enumerated() {
      for key in keys {
        guard let comparison = arm.metrics[key]?.comparison,
          comparison.isExploratory == exploratory, let p = comparison.paired.signFlipP
        else { continue }
        places.append((index, key, p))
      }
    }
    for (place, p) in zip(places, correction(places.map(\.p))) {
      arms[place.arm].metrics[place.key]?.comparison?.correctedP = p
    }
  }

  // MARK: Reading

  private static func ordered(_ readings: [String: MetricRecord], primary: [String]) -> [String] {
    let rest = readings.keys.filter { !primary.contains($0) }
    return primary.filter { readings[$0] != nil }
      + MetricAspect.allCases.flatMap { aspect in
        rest.filter { readings[$0]?.aspect == aspect }.sorted()
      }
  }

  /// The first paragraph of the comment that opens a file, without its `#` marks.
  private static func purpose(_ file: URL) -> String? {
    guard let text = readText(file) else { return nil }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .prefix { $0.hasPrefix("#") }
      .map { $0.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces) }
      .prefix { !$0.isEmpty }
    let purpose = lines.joined(separator: " ").trimmingCharacters(in: .whitespaces)
    return purpose.isEmpty ? nil : purpose
  }
}

extension SweepRecord {
  /// Keys of the metrics that answer the experiment's questions.
  var primaryMetrics: [String] { primary.map(\.metric) }
}
