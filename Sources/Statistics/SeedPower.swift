internal import Foundation

/// What a number of seeds can show, whatever the differences are, and how large these must be to be found.
public struct SeedPower: Sendable, Equatable {
  /// Number of seeds of each arm.
  public let seeds: Int
  /// Number of comparisons that are corrected together.
  public let comparisons: Int

  /// The kind of comparisons, which chooses the words of `text`.
  private let kind: Kind

  /// The kinds of comparisons.
  public enum Kind: Sendable, Equatable {
    /// Each arm is compared in two metrics.
    case arms
    /// The criteria of a claim are tested.
    case criteria
  }

  /// Describes a plan of comparisons.
  public init(seeds: Int, comparisons: Int, of kind: Kind = .arms) {
    self.seeds = seeds
    self.comparisons = comparisons
    self.kind = kind
  }

  /// The smallest p of the two-sided sign-flip test, for any number of comparisons: 2/2ⁿ for n seeds.
  public var smallestP: Double { Self.smallestP(seeds: seeds) }

  /// Number of seeds from which on a comparison can be significant: the least n with 2/2ⁿ < 0.05.
  public static let seedsNeeded =
    (1...).first { smallestP(seeds: $0) < PairedComparison.level } ?? 1

  /// True where a verdict other than inconclusive is possible.
  public var canShow: Bool { Self.canShow(seeds: seeds) }

  static func canShow(seeds: Int) -> Bool { seeds >= seedsNeeded }

  private static func smallestP(seeds: Int) -> Double {
    seeds > 0 ? min(1, pow(2, 1 - Double(seeds))) : 1
  }

  /// A sentence that says what the seeds can show, and how many are needed where they are too few.
  public var text: String {
    let start =
      "\(seeds) seed\(seeds == 1 ? "" : "s"): the smallest p there can be is \(String(format: "%.3g", smallestP))"
    if comparisons == 0 { return start + "; there is nothing to compare" }
    // A claim is reproduced where every criterion holds by itself, so that its criteria need no correction.
    let corrected = kind == .arms ? comparisons : 1
    guard let effect = SmallestEffect.standardDeviations(seeds: seeds, comparisons: corrected)
    else {
      return start
        + "; a verdict needs \(Self.seedsNeeded) seeds, so every one will be inconclusive"
    }
    let size = String(format: "%.2g", effect) + " standard deviations"
    return switch kind {
    case .arms:
      start
        + "; with \(comparisons) comparison\(comparisons == 1 ? "" : "s") (arms × 2 primary metrics) a mean "
        + "difference of \(size) of a seed's difference is found in 80% of cases"
    case .criteria:
      start
        + "; a contrast \(size) of a seed's contrast beyond the bound of a criterion of the claim is found in 80% of cases"
    }
  }
}
