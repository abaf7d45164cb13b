internal import Statistics

/// A comparison of an arm with its control, which is mostly the arm without dropout.
struct ArmComparison: Sendable {
  /// Name of the control.
  let control: String
  /// Seeds for which both arms have a value.
  let seeds: [Int]
  let paired: PairedComparison
  /// Probability that a trial of the arm is better than one of the control, over all pairs of trials.
  let probabilityOfImprovement: Double
  /// p value corrected for multiple comparisons; nil until it is, and where the arms are not comparable.
  var correctedP: Double?
  /// True for a metric that is not primary. Its p value is corrected by Benjamini–Hochberg, by itself.
  let isExploratory: Bool
  /// Numbers of seeds without a value, where they forbid a verdict; nil elsewhere.
  let missing: String?
  /// What the looks at an ablation whose seeds are added have decided; nil for a fixed number of seeds.
  var decision: SequentialDecision?

  var verdict: Verdict {
    if missing != nil { return .notComparable }
    return decision?.verdict ?? paired.verdict(correctedP: correctedP)
  }

  /// The differences by seed.
  var bySeed: [Int: Double] {
    Dictionary(zip(seeds, paired.differences), uniquingKeysWith: { a, _ in a })
  }

  /// Compares one metric of two arms; nil where no seed has a value in both.
  init?(
    _ arm: SeededValues, _ control: SeededValues, higherIsBetter: Bool, isExploratory: Bool
  ) {
    let (values, base) = (arm.values, control.values)
    seeds = values.keys.filter { base[$0] != nil }.sorted()
    guard !seeds.isEmpty else { return nil }
    self.control = control.arm
    self.isExploratory = isExploratory
    paired = PairedComparison(
      seeds.compactMap { seed in values[seed].flatMap { own in base[seed].map { own - $0 } } },
      higherIsBetter: higherIsBetter)
    let (own, other) = (Array(values.values), Array(base.values))
    probabilityOfImprovement =
      higherIsBetter
      ? Statistics.probabilityOfImprovement(own, over: other)
      : Statistics.probabilityOfImprovement(other, over: own)
    missing = MissingSeeds.forbidding([arm, control])
  }
}
