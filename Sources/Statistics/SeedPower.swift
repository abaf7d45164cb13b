internal import Foundation

/// What a number of seeds can show at all, whatever the differences are.
public struct SeedPower: Sendable, Equatable {
  /// Seeds of each arm.
  public let seeds: Int
  /// Comparisons that are corrected together.
  public let comparisons: Int

  /// What is compared, in words.
  private let kind: Kind

  /// What is compared.
  public enum Kind: Sendable, Equatable {
    /// Each arm in two metrics.
    case arms
    /// The criteria of a claim.
    case criteria
  }

  /// Plans comparisons.
  public init(seeds: Int, comparisons: Int, of kind: Kind = .arms) {
    self.seeds = seeds
    self.comparisons = comparisons
    self.kind = kind
  }

  /// The smallest p of the two-sided sign-flip test: 2/2ⁿ.
  public var smallestP: Double { seeds > 0 ? min(1, pow(2, 1 - Double(seeds))) : 1 }

  /// Seeds with which one comparison can be significant after Holm's correction: the least n ≥ log₂(2m/0.05).
  public var seedsNeeded: Int {
    var needed = 1
    while pow(2, 1 - Double(needed)) * Double(max(1, comparisons)) >= PairedComparison.level {
      needed += 1
    }
    return needed
  }

  /// Comparisons that could be corrected together and still be significant with these seeds.
  public var mostComparisons: Int {
    Int(min(1e9, PairedComparison.level / smallestP))
  }

  /// Whether any verdict other than inconclusive is possible.
  public var canShow: Bool { seeds >= seedsNeeded }

  /// The same in words.
  public var text: String {
    let start =
      "\(seeds) seed\(seeds == 1 ? "" : "s"): the smallest p there can be is \(String(format: "%.3g", smallestP))"
    if comparisons == 0 { return start + "; there is nothing to compare" }
    let all =
      switch kind {
      case .arms:
        "\(comparisons) comparison\(comparisons == 1 ? "" : "s") (arms × 2 primary metrics)"
      case .criteria:
        "\(comparisons == 1 ? "the claim's criterion" : "\(comparisons) criteria of the claim")"
      }
    if canShow { return start + ", so that Holm's correction for \(all) leaves room for a verdict" }
    return start
      + "; Holm's correction for \(all) needs \(seedsNeeded) seeds, so every verdict will be inconclusive"
      + (mostComparisons >= 2 && kind == .arms
        ? " (with \(seeds) seeds: at most \(mostComparisons / 2) arms to compare)" : "")
  }
}
