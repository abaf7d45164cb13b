internal import Experiments
internal import Foundation
internal import Records
internal import Scores
internal import Statistics

/// The claim of an experiment, with tests of its criteria on the trials in a results folder.
struct ClaimFigures: Sendable {
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
      let missing = stated.namedArms.map(\.arm).filter { byName[$0] == nil }
      return Self.contrasts(of: stated, byName).enumerated().map { end, terms in
        Criterion(
          stated, terms, published: end == 0 ? stated.published : nil, missing: missing,
          allowComparing: circumstances.allowComparing)
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
  static func values(of metric: String, _ arm: ArmFigures?) -> [Int: Double] {
    finite(arm) { $0.number(metric) }
  }

  /// Finite numbers of an arm's finished trials, by seed.
  private static func finite(
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

extension TrialFigures {
  /// Looks up the value of a metric, or another of its numbers by a dotted name: `accuracy_gap.training`.
  func number(_ name: String) -> Double? {
    if let reading = metrics[name] { return reading.value }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    return metrics[String(name[..<dot])]?.numbersByName[String(name[name.index(after: dot)...])]
  }
}
