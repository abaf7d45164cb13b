/// A test of a claim about a contrast of arms, such as that it lies above 0. It is computed from the
/// contrast of each seed.
public struct ContrastTest: Sendable, Equatable {
  /// The range in which a claim says that the contrast lies.
  public enum Expectation: Sendable, Equatable {
    case above(Double)
    case below(Double)
    /// No farther than this from 0.
    case within(Double)

    /// The finite ends of the range.
    public var bounds: [Double] {
      switch self {
      case .above(let bound), .below(let bound): [bound]
      case .within(let bound): [-bound, bound]
      }
    }
  }

  /// The result of the test.
  public enum Outcome: String, Sendable, Codable {
    /// The contrast lies in the expected range.
    case holds
    /// The contrast lies outside the expected range.
    case fails
    case inconclusive
    /// The contrast is 0 in every seed, so that there is nothing to test; see `isTested`.
    case notTested = "not tested"
  }

  /// The contrast of each seed.
  public let contrasts: [Double]
  /// False where the contrast is 0 in every seed: the metric has not moved at all, such as a recall of 0 in
  /// all arms, and 0 may lie on the right side of a bound whatever is true.
  public let isTested: Bool
  /// The range that the contrast is tested against.
  public let expectation: Expectation
  /// The interquartile mean of the contrasts.
  public let interquartileMean: Double
  /// The BCa interval of that mean; nil for fewer than three seeds.
  public let interval: Interval?
  /// The p of the sign-flip test of the differences from the bound; for `within`, the larger of the p
  /// values for its two ends. Nil where nothing is tested.
  public let p: Double?

  /// Tests the contrasts against an expectation.
  ///
  /// - Parameters:
  ///   - contrasts: At least one, all finite.
  ///   - seed: The key of the random numbers of bootstrap and test.
  public init(_ contrasts: [Double], _ expectation: Expectation, seed: UInt64 = 0) {
    self.contrasts = contrasts
    self.expectation = expectation
    interquartileMean = Statistics.interquartileMean(contrasts)
    interval = BCa.interval(of: contrasts, seed: seed)
    let bounds = expectation.bounds
    let tests = bounds.compactMap { bound in SignFlip.p(contrasts.map { $0 - bound }, seed: seed) }
    isTested = contrasts.contains { $0 != 0 }
    p = isTested && tests.count == bounds.count ? tests.max() : nil
  }

  /// The outcome at a corrected p. The claim holds or fails only where the interval lies on one side of
  /// every bound and the corrected p is below 0.05.
  public func outcome(correctedP: Double?) -> Outcome {
    guard isTested else { return .notTested }
    guard let interval, let correctedP, correctedP < PairedComparison.level else {
      return .inconclusive
    }
    switch expectation {
    case .above(let bound):
      return interval.lower > bound ? .holds : interval.upper < bound ? .fails : .inconclusive
    case .below(let bound):
      return interval.upper < bound ? .holds : interval.lower > bound ? .fails : .inconclusive
    case .within(let bound):
      if interval.lower > -bound, interval.upper < bound { return .holds }
      return interval.lower > bound || interval.upper < -bound ? .fails : .inconclusive
    }
  }
}

/// The verdict of an experiment on a claim.
public enum ClaimVerdict: String, Sendable, Codable {
  /// All criteria hold.
  case reproduced
  /// At least one criterion fails.
  case notReproduced = "not reproduced"
  /// No criterion fails, but some are inconclusive or not tested.
  case inconclusive
  /// No criterion could be tested.
  case notTested = "not tested"

  /// Sums up the outcomes of a claim's criteria.
  public init(_ outcomes: [ContrastTest.Outcome]) {
    self =
      outcomes.contains(.fails)
      ? .notReproduced
      : outcomes.allSatisfy { $0 == .notTested }
        ? .notTested : outcomes.allSatisfy { $0 == .holds } ? .reproduced : .inconclusive
  }
}
