/// Whether a contrast of arms lies where somebody has said that it would: computed from the contrast of each seed.
public struct ContrastTest: Sendable, Equatable {
  /// Where the contrast is to lie.
  public enum Expectation: Sendable, Equatable {
    case above(Double)
    case below(Double)
    /// At most so far from 0.
    case within(Double)

    /// Its ends.
    public var bounds: [Double] {
      switch self {
      case .above(let bound), .below(let bound): [bound]
      case .within(let bound): [-bound, bound]
      }
    }
  }

  /// What the seeds say of it.
  public enum Outcome: String, Sendable, Codable {
    /// It lies there.
    case holds
    /// It lies elsewhere.
    case fails
    case inconclusive
    /// Nothing was seen that could have come out otherwise.
    case notTested = "not tested"
  }

  /// The contrast of each seed.
  public let contrasts: [Double]
  /// Whether there is anything to test: a contrast of 0 in every seed is of a metric that has not moved, as a recall
  /// of 0 in all arms, and lies on the right side of a bound whatever is true.
  public let isTested: Bool
  /// Where it is to lie.
  public let expectation: Expectation
  /// The interquartile mean of the contrasts.
  public let interquartileMean: Double
  /// The BCa interval of that mean; nil for fewer than three seeds.
  public let interval: Interval?
  /// The p of the sign-flip test about the bound; of a range, the larger of those about its ends. Nil where nothing
  /// is tested.
  public let p: Double?

  /// Tests.
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

  /// It holds or fails only where the interval lies on one side of every bound and the corrected p is below 0.05.
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

/// What an experiment has shown of a claim.
public enum ClaimVerdict: String, Sendable, Codable {
  /// All criteria hold.
  case reproduced
  /// Some criterion fails.
  case notReproduced = "not reproduced"
  /// Neither.
  case inconclusive
  /// No criterion could be tested.
  case notTested = "not tested"

  /// Sums up the criteria.
  public init(_ outcomes: [ContrastTest.Outcome]) {
    self =
      outcomes.contains(.fails)
      ? .notReproduced
      : outcomes.allSatisfy { $0 == .notTested }
        ? .notTested : outcomes.allSatisfy { $0 == .holds } ? .reproduced : .inconclusive
  }
}
