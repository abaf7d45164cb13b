internal import Experiments
internal import Foundation
internal import Records
internal import Scores
internal import Statistics

/// The claim of an experiment, with tests of its criteria on the trials in a results folder.
struct ClaimFigures: Sendable {
  /// One criterion with its test.
  struct Criterion: Sendable {
    let stated: Experiment.Claim.Criterion
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
      guard let test else { return "no seed has a value of \(stated.metric) in every arm" }
      guard !test.isTested else { return nil }
      guard stated.contrast.count > 1 else { return "\(stated.metric) is 0 in every seed" }
      let level = level.map { ": \(stated.metric) is \(shortNumber($0)) in all of them" } ?? ""
      return "the arms do not differ in any seed\(level)"
    }

    /// The metric and the contrast of arms, such as `accuracy: spatial − none`.
    var contrast: String {
      let terms = stated.contrast.enumerated().map { index, term in
        let sign = term.weight < 0 ? (index == 0 ? "−" : " − ") : index == 0 ? "" : " + "
        let size = abs(term.weight)
        return sign + (size == 1 ? "" : "\(shortNumber(size)) × ") + term.arm
      }
      return "\(stated.metric): " + terms.joined()
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
      switch stated.expectation {
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
    let named = Set(claim.criteria.flatMap { $0.contrast.map(\.arm) })
    let inert = arms.filter { named.contains($0.arm.name) }.compactMap { arm in
      arm.obstacle.map { "\(arm.arm.name) is \($0)" }
    }
    obstacles = claim.conditions.compactMap { Self.failure(of: $0, byName[$0.arm]) } + inert
    criteria = claim.criteria.map { stated in
      let members = stated.contrast.map { byName[$0.arm] }
      let values = zip(stated.contrast, members).map { term, arm in
        (term.weight, Self.values(of: stated.metric, arm))
      }
      let seeds = Set(values.first?.1.keys.map(\.self) ?? [])
        .filter { seed in values.allSatisfy { $0.1[seed] != nil } }.sorted()
      let contrasts = seeds.map { seed in
        values.reduce(0) { $0 + $1.0 * ($1.1[seed] ?? 0) }
      }
      let obstacle =
        circumstances.allowComparing(members.compactMap { $0?.arm })
        ? contrasts.isEmpty
          ? nil
          : MissingSeeds.forbidding(
            zip(members, values).compactMap { arm, values in arm.map { ($0, values.1.count) } })
        : "the arms were made from different data"
      let trials = members.flatMap { $0?.trials ?? [] }
      let levels = Set(values.flatMap { term in seeds.compactMap { term.1[$0] } })
      return Criterion(
        stated: stated, seeds: seeds,
        test: contrasts.isEmpty || obstacle != nil
          ? nil : ContrastTest(contrasts, ContrastTest.Expectation(stated.expectation)),
        obstacle: obstacle,
        level: levels.count == 1 ? levels.first : nil, trials: trials.count,
        collapsed: trials.count { $0.collapse != nil })
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
  private static func values(of metric: String, _ arm: ArmFigures?) -> [Int: Double] {
    (arm?.trials ?? []).reduce(into: [:]) { values, trial in
      guard trial.state == .finished, let value = trial.number(metric), value.isFinite else {
        return
      }
      values[trial.trial.seed] = value
    }
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
