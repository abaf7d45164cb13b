internal import Experiments
internal import Foundation
internal import Records
internal import Scores
internal import Statistics

/// The claim of an experiment, with tests of its criteria on the trials in a results folder.
struct ClaimFigures: Sendable {
  /// One criterion with its test. A peak is two of them, one for each end.
  struct Criterion: Sendable {
    let metric: String
    /// The weighted arms whose sum is tested; the best of several arms counts as one.
    let terms: [Term]
    let expected: ContrastTest.Expectation
    /// Seeds for which all its arms have a value.
    let seeds: [Int]
    /// Test of the seeds' contrasts; nil without such a seed, or where there is an obstacle.
    let test: ContrastTest?
    /// Why comparing the arms would say nothing; nil where it says something.
    let obstacle: String?
    /// The metric's value where it is the same in all arms and seeds; nil elsewhere.
    let level: Double?
    /// Number of its arms' trials, and of those among them that make only a few distinct samples.
    let trials, collapsed: Int
    /// p value corrected by Holm over the claim's criteria; nil without a p value.
    var correctedP: Double?

    var outcome: ContrastTest.Outcome {
      test?.outcome(correctedP: correctedP) ?? .notTested
    }

    /// Reason why it was not tested; nil where it was.
    var reason: String? {
      if let obstacle { return obstacle }
      guard let test else { return "no seed has a value of \(metric) in every arm" }
      guard !test.isTested else { return nil }
      guard terms.count > 1 else { return "\(metric) is 0 in every seed" }
      let level = level.map { ": \(metric) is \(shortNumber($0)) in all of them" } ?? ""
      return "the arms do not differ in any seed\(level)"
    }

    /// The metric and the contrast of arms, such as `accuracy: spatial − none`.
    var contrast: String {
      let parts = terms.enumerated().map { index, term in
        let sign = term.weight < 0 ? (index == 0 ? "−" : " − ") : index == 0 ? "" : " + "
        let size = abs(term.weight)
        return sign + (size == 1 ? "" : "\(shortNumber(size)) × ") + term.name
      }
      return "\(metric): " + parts.joined()
    }

    /// The contrast's value, the expected range and the outcome, in words.
    var finding: String {
      let effect = test.map(Wording.effect) ?? "no value"
      let notes = [
        reason,
        collapsed > 0 ? "\(collapsed) of \(trials) trials make a few samples again and again" : nil,
      ].compactMap(\.self)
      return "\(effect), expected \(expectation): \(outcome.rawValue)"
        + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }

    /// The expected range of the contrast, such as `above 0`.
    var expectation: String {
      switch expected {
      case .above(let bound): "above \(bound.plain)"
      case .below(let bound): "below \(bound.plain)"
      case .within(let bound): "within ±\(bound.plain)"
      }
    }
  }

  let claim: Experiment.Claim
  private(set) var criteria: [Criterion]

  /// Why the question cannot be answered here, a sentence each: what had to be so for it to make sense and is not, and
  /// arms that do nothing.
  let obstacles: [String]

  var verdict: ClaimVerdict {
    obstacles.isEmpty ? ClaimVerdict(criteria.map(\.outcome)) : .notTestable
  }

  /// Tests a claim.
  init(_ claim: Experiment.Claim, _ arms: [ArmFigures], _ circumstances: Circumstances) {
    self.claim = claim
    let byName = Dictionary(arms.map { ($0.arm.name, $0) }, uniquingKeysWith: { a, _ in a })
    let named = Set(claim.criteria.flatMap { $0.namedArms.map(\.arm) })
    let inert = arms.filter { named.contains($0.arm.name) }.compactMap { arm in
      arm.obstacle.map { "\(arm.arm.name) is \($0)" }
    }
    obstacles = claim.conditions.compactMap { Self.failure(of: $0, byName[$0.arm]) } + inert
    criteria = claim.criteria.flatMap { stated in
      Self.contrasts(of: stated, byName).map { terms in
        Criterion(stated, terms, allowComparing: circumstances.allowComparing)
      }
    }
    let tested = criteria.indices.filter { criteria[$0].test?.p != nil }
    let corrected = holm(tested.compactMap { criteria[$0].test?.p })
    for (index, p) in zip(tested, corrected) { criteria[index].correctedP = p }
  }

  /// Why a condition is not met, in a sentence with the figure; nil where it is.
  private static func failure(
    of condition: Experiment.Claim.Condition, _ arm: ArmFigures?
  ) -> String? {
    let values = values(of: condition.metric, arm).sorted { $0.key < $1.key }.map(\.value)
    let name = "\(condition.metric) of \(condition.arm)"
    guard !values.isEmpty else { return "\(name) has no value" }
    let value = mean(values)
    let bound: Double
    var note = ""
    switch condition.bound {
    case .number(let number): bound = number
    case .ofNull(let share):
      guard let null = arm?.metrics[condition.metric]?.controls[.null] else {
        return "\(name) has no null"
      }
      bound = share * null
      note = ", \(share.plain) of its null"
    }
    if condition.isAbove ? value > bound : value < bound { return nil }
    return
      "\(name) is \(shortNumber(value)), and had to be \(condition.isAbove ? "above" : "below") "
      + shortNumber(bound) + note
  }

  /// Finite values of an arm's finished trials, by seed.
  fileprivate static func values(of metric: String, _ arm: ArmFigures?) -> [Int: Double] {
    finite(arm) { $0.number(metric) }
  }

  /// Finite numbers of an arm's finished trials, by seed.
  fileprivate static func finite(
    _ arm: ArmFigures?, _ number: (TrialFigures) -> Double?
  ) -> [Int: Double] {
    (arm?.trials ?? []).reduce(into: [:]) { values, trial in
      guard trial.state == .finished, let value = number(trial), value.isFinite else { return }
      values[trial.trial.seed] = value
    }
  }
}

extension ClaimFigures {
  /// A weighted arm of a contrast.
  struct Term: Sendable {
    let weight: Double
    /// The arm's name, or words for the best of several.
    let name: String
    /// The arms whose values these may be.
    let arms: [ArmFigures]
    /// Finite values by seed.
    let values: [Int: Double]
  }

  /// The contrasts that a criterion is about: one, or one for each end of a peak.
  private static func contrasts(
    of stated: Experiment.Claim.Criterion, _ arms: [String: ArmFigures]
  ) -> [[Term]] {
    func term(_ weight: Double, _ arm: String) -> Term {
      Term(
        weight: weight, name: arm, arms: [arms[arm]].compactMap(\.self),
        values: values(of: stated.metric, arms[arm]))
    }
    guard let peak = stated.peak else { return [stated.contrast.map { term($0.weight, $0.arm) }] }
    let between = peak.arms.map { arms[$0] }
    let higherIsBetter = between.lazy.compactMap { $0?.trials }.joined().lazy
      .compactMap { $0.validation[stated.metric]?.higherIsBetter }.first
    let chosen = bestOfOtherSeeds(
      among: between.map { finite($0) { $0.validationValue(stated.metric) } },
      higherIsBetter: higherIsBetter ?? true)
    let measured = between.map { values(of: stated.metric, $0) }
    let counts = peak.arms.indices.map { index in chosen.values.count { $0 == index } }
    let names = zip(peak.arms, counts).map { $1 == 0 ? $0 : "\($0) in \($1)" }
    let sign = higherIsBetter == false ? -1.0 : 1
    let best = Term(
      weight: sign, name: "best of (\(names.joined(separator: ", ")))",
      arms: between.compactMap(\.self),
      values: chosen.reduce(into: [:]) { $0[$1.key] = measured[$1.value][$1.key] })
    return peak.ends.map { [best, term(-sign, $0)] }
  }
}

extension ClaimFigures.Criterion {
  fileprivate init(
    _ stated: Experiment.Claim.Criterion, _ terms: [ClaimFigures.Term],
    allowComparing: ([SweepRecord.Arm]) -> Bool
  ) {
    let seeds = Set(terms.first.map { Array($0.values.keys) } ?? [])
      .filter { seed in terms.allSatisfy { $0.values[seed] != nil } }.sorted()
    let contrasts = seeds.map { seed in
      terms.reduce(0) { $0 + $1.weight * ($1.values[seed] ?? 0) }
    }
    let arms = terms.flatMap(\.arms)
    let obstacle =
      allowComparing(arms.map(\.arm))
      ? contrasts.isEmpty
        ? nil
        : MissingSeeds.forbidding(
          arms.map { ($0, ClaimFigures.values(of: stated.metric, $0).count) })
      : "the arms were made from different data"
    let expected = ContrastTest.Expectation(stated.expectation)
    let trials = arms.flatMap(\.trials)
    let levels = Set(terms.flatMap { term in seeds.compactMap { term.values[$0] } })
    self.init(
      metric: stated.metric, terms: terms, expected: expected, seeds: seeds,
      test: contrasts.isEmpty || obstacle != nil ? nil : ContrastTest(contrasts, expected),
      obstacle: obstacle, level: levels.count == 1 ? levels.first : nil, trials: trials.count,
      collapsed: trials.count { $0.collapse != nil })
  }
}

extension ContrastTest.Expectation {
  fileprivate init(_ stated: Experiment.Claim.Criterion.Expectation) {
    switch stated {
    case .above(let bound): self = .above(bound)
    case .below(let bound): self = .below(bound)
    case .within(let bound): self = .within(bound)
    }
  }
}

extension TrialFigures {
  /// Looks up the value of a metric, or another of its numbers by a dotted name: `accuracy_gap.training`.
  func number(_ name: String) -> Double? {
    if let reading = metrics[name] { return reading.value }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return metrics[String(name[..<dot])]?.numbersByName[String(name[name.index(after: dot)...])]
  }
}
