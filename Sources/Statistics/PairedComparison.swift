/// A comparison of two arms that share seeds, computed from the difference of each seed.
public struct PairedComparison: Sendable, Equatable {
  /// The level that corrected p values are compared with.
  public static let level = 0.05

  /// The arm's value minus that of the arm it is compared with, one for each shared seed.
  public let differences: [Double]
  /// True where larger values are better.
  public let higherIsBetter: Bool
  /// The mean of the differences, which is what is tested.
  public let mean: Double
  /// The median of the differences.
  public let median: Double
  /// Number of seeds in which the arm is the better one.
  public let improved: Int
  /// The 95% interval of the mean difference; nil for fewer than two seeds.
  public let interval: Interval?
  /// The p of the sign-flip test; see `SignFlip`.
  public let signFlipP: Double?

  /// Compares two arms by their differences.
  ///
  /// - Parameters:
  ///   - differences: At least one, all finite.
  ///   - seed: The key of the test's random numbers.
  public init(_ differences: [Double], higherIsBetter: Bool, seed: UInt64 = 0) {
    self.differences = differences
    self.higherIsBetter = higherIsBetter
    mean = Statistics.mean(differences)
    median = Statistics.median(differences)
    improved = differences.count { higherIsBetter ? $0 > 0 : $0 < 0 }
    interval = Interval(ofMean: differences)
    signFlipP = SignFlip.p(differences, seed: seed)
  }

  /// The share of seeds in which the arm is the better one.
  public var shareImproved: Double { Double(improved) / Double(differences.count) }

  /// The verdict at a corrected p: better or worse only where it is below 0.05.
  public func verdict(correctedP: Double?) -> Verdict {
    guard let correctedP, correctedP < Self.level else { return .inconclusive }
    return (mean > 0) == higherIsBetter ? .better : .worse
  }
}

/// The verdict of a comparison.
public enum Verdict: String, Sendable, Codable {
  case better, worse, inconclusive
  /// The seeds that have values are not those of the arm it is compared with, or too few of them.
  case notComparable = "not comparable"
}
