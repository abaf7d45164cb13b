internal import Experiments
internal import Foundation
internal import Records
internal import Statistics

/// The claim of an experiment, with tests of its criteria on the trials in a results folder.
struct ClaimFigures: Sendable {
  /// One criterion with its test.
  struct Criterion: Sendable {
    let stated: Experiment.Claim.Criterion
    /// Seeds for which all its arms have a value.
    let seeds: [Int]
    /// Test of the seeds' contrasts; nil without such a seed, or where the arms may not be compared.
    let test: ContrastTest?
    /// True where the arms may be compared; see `Circumstances.allowComparing`.
    let mayBeCompared: Bool
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
      guard mayBeCompared else { return "the arms were made from different data" }
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

  var verdict: ClaimVerdict { ClaimVerdict(criteria.map(\.outcome)) }

  /// Tests a claim.
  init(_ claim: Experiment.Claim, _ arms: [ArmFigures], _ circumstances: Circumstances) {
    self.claim = claim
    criteria = claim.criteria.map { stated in
      let members = stated.contrast.map { term in arms.first { $0.arm.name == term.arm } }
      let values = zip(stated.contrast, members).map { term, arm in
        (term.weight, Self.values(of: stated.metric, arm))
      }
      let mayBeCompared = circumstances.allowComparing(members.compactMap { $0?.arm })
      let seeds = Set(values.first?.1.keys.map(\.self) ?? [])
        .filter { seed in values.allSatisfy { $0.1[seed] != nil } }.sorted()
      let contrasts = seeds.map { seed in
        values.reduce(0) { $0 + $1.0 * ($1.1[seed] ?? 0) }
      }
      let trials = stated.contrast.flatMap { term in
        arms.first { $0.arm.name == term.arm }?.trials ?? []
      }
      let levels = Set(values.flatMap { term in seeds.compactMap { term.1[$0] } })
      return Criterion(
        stated: stated, seeds: seeds,
        test: contrasts.isEmpty || !mayBeCompared
          ? nil : ContrastTest(contrasts, ContrastTest.Expectation(stated.expectation)),
        mayBeCompared: mayBeCompared,
        level: levels.count == 1 ? levels.first : nil, trials: trials.count,
        collapsed: trials.count { $0.collapse != nil })
    }
    let tested = criteria.indices.filter { criteria[$0].test?.p != nil }
    let corrected = holm(tested.compactMap { criteria[$0].test?.p })
    for (index, p) in zip(tested, corrected) { criteria[index].correctedP = p }
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
