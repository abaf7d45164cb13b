internal import Glossary
internal import Scores

/// Support size from the birthday paradox: s(s − 1)/2c for c pairs of near-duplicates among s generated rows.
///
/// Two rows are near-duplicates when they are closer than all but 0.1% of the pairs of held-out rows.
/// Without any such pair there is no estimate, only the lower bound s(s − 1)/2.
///
/// Source: S. Arora, Y. Zhang 2018, "Do GANs learn the distribution? Some theory and empirics", ICLR 2018.
struct BirthdaySupport: Metric {
  let key = "birthday_support"
  let meaning = Meaning(
    "Number of different examples that a generator can make, estimated by how many pairs of its examples are alike",
    .arora2018)
  let aspect = MetricAspect.diversity
  let better: MetricDirection? = .higher
  let needsHoldout = true
  private static let share = 0.001
  /// Smallest number of held-out rows: 0.1% of their 1,035 pairs is at least one pair.
  private static let rowsNeeded = 46
  let needed = ExamplesNeeded(holdout: rowsNeeded)

  func score(_ sets: Comparison) throws -> Score {
    let holdout = try sets.requireHoldout()
    try Unavailable.require(holdout.count, of: "held-out", atLeast: Self.rowsNeeded)
    try Unavailable.require(sets.generated.count, of: "generated", atLeast: 2)
    let threshold = try holdout.pairDistance(at: Self.share, threads: sets.threads)
    let count = sets.generated.count
    let features = sets.generated.features
    let within = try ballCounts(
      of: features, centers: features,
      squaredRadii: [Double](repeating: threshold * threshold, count: count),
      threads: sets.threads)
    // Each row lies in its own ball, unless the radius is 0.
    let pairs = (within.reduce(0, +) - (threshold > 0 ? count : 0)) / 2
    guard pairs > 0 else {
      throw Unavailable(
        "no pair of generated rows is closer than \(threshold): the support is larger than "
          + "\(count * (count - 1) / 2)")
    }
    let support = Double(count) * Double(count - 1) / (2 * Double(pairs))
    // Both counts of pairs are roughly Poisson: the pairs found, and the held-out pairs below the
    // threshold.
    let expected = Self.share * Double(holdout.count) * Double(holdout.count - 1) / 2
    return Score(
      support, spread: support * (1 / Double(pairs) + 1 / max(1, expected)).squareRoot(),
      extra: ["pairs": Double(pairs), "threshold": threshold])
  }
}
