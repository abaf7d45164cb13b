internal import Experiments
public import Records
internal import Statistics

/// How the arms of an ablation were tuned: every candidate with its values, and what was chosen.
struct TuningFigures: Sendable {
  /// A candidate with the values of its seeds.
  struct Candidate: Sendable {
    let settings: [SweepRecord.Setting]
    let trials: [TrialFigures]
    /// Finite values in the order of the seeds.
    let values: [ArmMetric.SeedValue]
    var isChosen = false

    /// 95% interval of the mean; nil for fewer than two seeds.
    var interval: Interval? { Interval(ofMean: values.map(\.value)) }
    /// Mean over the seeds; nil without a value.
    var mean: Double? { values.isEmpty ? nil : Statistics.mean(values.map(\.value)) }
    /// Its settings in words.
    var text: String { Wording.cell(settings) }
    /// True where all of its trials have ended, with a value or without.
    var hasEnded: Bool { trials.allSatisfy { $0.state == .finished || $0.state == .failed } }
  }

  /// An arm with its candidates.
  struct Arm: Sendable {
    let name: String
    let candidates: [Candidate]

    /// What was chosen; nil while nothing is, and where no candidate has a value.
    var chosen: Candidate? { candidates.first(where: \.isChosen) }

    /// Keys whose chosen number is the first or last of three or more, so that a better one may lie beyond.
    var ends: [String] {
      (chosen?.settings ?? []).filter { setting in
        let values = candidates.flatMap(\.settings).filter { $0.key == setting.key }
          .map { Double($0.value) }
        let numbers = Set(values.compactMap(\.self))
        guard numbers.count > 2, !values.contains(nil), let own = Double(setting.value) else {
          return false
        }
        return own == numbers.min() || own == numbers.max()
      }.map(\.key)
    }
  }

  /// The metric of the held-out examples that candidates are compared by.
  let by: String
  /// Number of seeds of each candidate.
  let seeds: Int
  /// Arms with several candidates.
  let arms: [Arm]
  private let tuning: SweepRecord.Tuning

  /// Reads the trials of all candidates; nil where arms are not tuned.
  init?(_ plan: SweepRecord, _ trials: [TrialFigures]) {
    guard let tuning = plan.tuning else { return nil }
    self.tuning = tuning
    (by, seeds) = (tuning.by, tuning.seeds)
    let byName = Dictionary(grouping: trials, by: \.trial.arm)
    let names = tuning.candidates.reduce(into: [String]()) { names, candidate in
      if names.last != candidate.of { names.append(candidate.of) }
    }
    arms = names.map { name in
      let chosen = tuning.choice(of: name)?.candidate
      return Arm(
        name: name,
        candidates: tuning.candidates(of: name).map { candidate in
          let trials = byName[candidate.arm.name] ?? []
          return Candidate(
            settings: candidate.settings, trials: trials,
            values: trials.compactMap { trial in
              trial.validationValue(tuning.by).map { .init(seed: trial.trial.seed, value: $0) }
            }, isChosen: candidate.arm.name == chosen)
        })
    }
  }

  /// Trials of all candidates.
  var trials: [TrialFigures] { arms.flatMap { $0.candidates.flatMap(\.trials) } }

  /// Why an arm cannot be evaluated; nil where it can, or nothing is chosen yet.
  func obstacle(of arm: String) -> String? {
    guard let choice = tuning.choice(of: arm), choice.candidate == nil else { return nil }
    return "\(Verdict.notComparable.rawValue): no candidate has a value of \(by)"
  }

  /// The choices that can be made now: of arms whose candidates have all ended.
  var nextChoices: [SweepRecord.Choice] {
    let better = trials.lazy.compactMap { $0.validation[by]?.higherIsBetter }.first
    return arms.filter { arm in
      tuning.choice(of: arm.name) == nil && arm.candidates.allSatisfy(\.hasEnded)
    }.map { arm in
      let values = arm.candidates.map { candidate in
        candidate.trials.map { $0.validationValue(by) }
      }
      let best = better.flatMap { bestCandidate(among: values, higherIsBetter: $0) }
      let names = tuning.candidates(of: arm.name).map(\.arm.name)
      return SweepRecord.Choice(arm: arm.name, candidate: best.map { names[$0] })
    }
  }
}

extension SweepRecord {
  /// What can be chosen for arms that are tuned, from the trials in a folder; empty where nothing can be.
  ///
  /// - Throws: `InputError` where the folder cannot be read.
  public static func nextChoices(at results: ResultsFolder) throws -> [Choice] {
    try Figures(reading: results).tuning?.nextChoices ?? []
  }
}

extension TuningFigures: Encodable {
  private enum CodingKeys: CodingKey { case by, seeds, arms }

  /// Writes the tuning as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(by, forKey: .by)
    try container.encode(seeds, forKey: .seeds)
    try container.encode(arms, forKey: .arms)
  }
}

extension TuningFigures.Arm: Encodable {}

extension TuningFigures.Candidate: Encodable {
  private enum CodingKeys: CodingKey { case settings, values, mean, interval, chosen }

  /// Writes the candidate as it stands in `report.json`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(settings, forKey: .settings)
    try container.encode(values, forKey: .values)
    try container.encodeIfPresent(mean, forKey: .mean)
    try container.encodeIfPresent(interval, forKey: .interval)
    try container.encode(isChosen, forKey: .chosen)
  }
}
