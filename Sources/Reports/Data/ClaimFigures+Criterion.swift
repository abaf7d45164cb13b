internal import Experiments
internal import Records
internal import Statistics

extension ClaimFigures {
  /// One criterion with its test. A peak is two of them, one for each end.
  struct Criterion: Sendable {
    let metric: String
    /// The weighted arms whose sum is tested; the best of several arms counts as one.
    let terms: [Term]
    let expected: ContrastTest.Expectation
    /// The smallest effect of interest, as a distance from the bound; nil where none is stated.
    let smallest: Double?
    /// The contrast that the source reports; nil where none is stated.
    let published: Double?
    /// Seeds for which all its arms have a value.
    let seeds: [Int]
    /// The contrast of each of these seeds.
    let contrasts: [Double]
    /// Test of the seeds' contrasts; nil without such a seed, or where there is an obstacle.
    let test: ContrastTest?
    /// Why comparing the arms would say nothing; nil where it says something.
    let obstacle: String?
    /// Names of its arms that the results have not.
    let missingArms: [String]
    /// The metric's value where it is the same in all arms and seeds; nil elsewhere.
    let level: Double?
    /// Number of its arms' trials, and of those among them that make only a few distinct samples.
    let trials, collapsed: Int
    /// p value corrected by Holm over the claim's criteria; nil without a p value.
    var correctedP: Double?
  }
}

extension ClaimFigures.Criterion {
  init(
    _ stated: Experiment.Claim.Criterion, _ terms: [ClaimFigures.Term], published: Double?,
    missing: [String],
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
          arms.map {
            SeededValues(
              arm: $0.arm.name, values: ClaimFigures.values(of: stated.metric, $0), ended: $0.ended)
          })
      : "the arms were made from different data"
    let expected = ContrastTest.Expectation(stated.expectation)
    let trials = arms.flatMap(\.trials)
    let levels = Set(terms.flatMap { term in seeds.compactMap { term.values[$0] } })
    self.init(
      metric: stated.metric, terms: terms, expected: expected, smallest: stated.smallest,
      published: published, seeds: seeds, contrasts: contrasts,
      test: contrasts.isEmpty || obstacle != nil ? nil : ContrastTest(contrasts, expected),
      obstacle: obstacle, missingArms: missing,
      level: levels.count == 1 ? levels.first : nil, trials: trials.count,
      collapsed: trials.count { $0.collapse != nil })
  }

  var outcome: ContrastTest.Outcome {
    test?.outcome(correctedP: correctedP) ?? .notTested
  }

  /// How often it would hold with as many seeds that vary as these do, if the contrast were the published one, or else
  /// the smallest of interest, or of `within` 0; nil where nothing is stated or the spread is not known.
  var power: Double? { CriterionForecast(self, seeds: seeds.count, finding: nil).atPlanned }

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

  /// The contrast's value beside the published one, the expected range and the outcome, in words.
  var finding: String {
    let effect = test.map(Wording.effect) ?? "no value"
    let source = published.map { ", published \(Wording.stated($0))" } ?? ""
    let notes = [
      reason,
      isNegligible ? "less than the smallest effect of interest" : nil,
      collapsed > 0 ? "\(collapsed) of \(trials) trials make a few samples again and again" : nil,
    ].compactMap(\.self)
    return "\(effect)\(source), expected \(expectation): \(outcome.rawValue)"
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

  /// The bound of the range; of `within` 0, which is its middle.
  var bound: Double {
    switch expected {
    case .above(let bound), .below(let bound): bound
    case .within: 0
    }
  }

  /// 1 where the contrast is expected above its bound and −1 where below; nil for `within`.
  var direction: Double? {
    switch expected {
    case .above: 1
    case .below: -1
    case .within: nil
    }
  }

  /// True where all of the effect's interval is nearer to 0 than the smallest effect of interest; false for other
  /// bounds than 0, from which distances are no effects.
  private var isNegligible: Bool {
    guard direction != nil, bound == 0, let interval = test?.interval else { return false }
    return [interval.lower, interval.upper].allSatisfy { end in
      inSmallestEffects(end).map { abs($0) < 1 } ?? false
    }
  }

  /// A contrast in smallest effects of interest: its distance from the bound, positive where it is expected, and of
  /// `within` from 0. Nil where no smallest effect is stated.
  func inSmallestEffects(_ contrast: Double) -> Double? {
    smallest.map { (direction ?? 1) * (contrast - bound) / $0 }
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
