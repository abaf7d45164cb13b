/// A comparison of two arms that share seeds, computed from the difference of each seed.
public struct PairedComparison: Sendable, Equatable {
  /// The level that corrected p values are compared with.
  public static let level = 0.05

  /// The arm's value minus that of the arm it is compared with, one for each shared seed.
  public let differences: [Double]
  /// True where larger values are better.
  public let higherIsBetter: Bool
  /// The median of the differences.
  public let median: Double
  /// The interquartile mean of the differences.
  public let interquartileMean: Double
  /// Number of seeds in which the arm is the better one.
  public let improved: Int
  /// The BCa bootstrap interval of the differences' interquartile mean; nil for fewer than three seeds.
  public let bca: Interval?
  /// The interval of the paired t test, of the mean difference; nil for fewer than two seeds.
  public let pairedT: Interval?
  /// The p of the sign-flip test; see `SignFlip`.
  public let signFlipP: Double?

  /// Compares two arms by their differences.
  ///
  /// - Parameters:
  ///   - differences: At least one, all finite.
  ///   - resamples: Number of bootstrap resamples.
  ///   - seed: The key of the random numbers of bootstrap and test.
  public init(
    _ differences: [Double], higherIsBetter: Bool, resamples: Int = BCa.resamples,
    seed: UInt64 = 0
  ) {
    self.differences = differences
    self.higherIsBetter = higherIsBetter
    median = Statistics.median(differences)
    interquartileMean = Statistics.interquartileMean(differences)
    improved = differences.count { higherIsBetter ? $0 > 0 : $0 < 0 }
    bca = BCa.interval(of: differences, resamples: resamples, seed: seed)
    pairedT = tInterval(of: differences)
    signFlipP = SignFlip.p(differences, seed: seed)
  }

  /// The share of seeds in which the arm is the better one.
  public var shareImproved: Double { Double(improved) / Double(differences.count) }

  /// The verdict at a corrected p: better or worse only where the BCa interval excludes 0 and the corrected
  /// p is below 0.05.
  public func verdict(correctedP: Double?) -> Verdict {
    guard let bca, bca.excludesZero, let correctedP, correctedP < Self.level else {
      return .inconclusive
    }
    return (bca.lower > 0) == higherIsBetter ? .better : .worse
  }
}

/// The verdict of a comparison.
public enum Verdict: String, Sendable, Codable {
  case better, worse, inconclusive
}

/// The confidence interval of the mean by Student's t; nil for fewer than two values, or where one is not
/// finite.
public func tInterval(of values: [Double], confidence: Double = 0.95) -> Interval? {
  guard values.count > 1, values.allSatisfy(\.isFinite) else { return nil }
  let quantile = StudentT.quantile((1 + confidence) / 2, degrees: Double(values.count - 1))
  let half = quantile * standardDeviation(values) / Double(values.count).squareRoot()
  return Interval(mean(values) - half, mean(values) + half)
}
