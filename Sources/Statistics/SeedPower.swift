internal import Foundation

/// The significance that a number of seeds can reach, whatever the differences are.
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

  /// The smallest p of the two-sided sign-flip test: 2/2ⁿ for n seeds.
  public var smallestP: Double { seeds > 0 ? min(1, pow(2, 1 - Double(seeds))) : 1 }

  /// Number of seeds from which on a comparison can be significant after Holm's correction: the least n ≥
  /// log₂(2m/0.05), with m the number of comparisons.
  public var seedsNeeded: Int {
    var needed = 1
    while pow(2, 1 - Double(needed)) * Double(max(1, comparisons)) >= PairedComparison.level {
      needed += 1
    }
    return needed
  }

  /// Largest number of comparisons that can be corrected together and still be significant with these
  /// seeds.
  public var mostComparisons: Int {
    Int(min(1e9, PairedComparison.level / smallestP))
  }

  /// True where a verdict other than inconclusive is possible.
  public var canShow: Bool { seeds >= seedsNeeded }

  /// A sentence that says what the seeds can show, and how many are needed where they are too few.
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
