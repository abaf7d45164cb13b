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

    /// True where a mean lies in the range.
    func contains(_ mean: Double) -> Bool {
      switch self {
      case .above(let bound): mean > bound
      case .below(let bound): mean < bound
      case .within(let bound): abs(mean) < bound
      }
    }

    /// The ends from which a mean must differ: all of them where it lies inside, else the end that it lies beyond.
    fileprivate func bounds(testedFor mean: Double) -> [Double] {
      guard case .within(let bound) = self, abs(mean) >= bound else { return bounds }
      return [mean < 0 ? -bound : bound]
    }
  }

  /// The result of the test.
  public enum Outcome: String, Sendable, Codable {
    /// The contrast lies in the expected range.
    case holds
    /// The contrast lies outside the expected range.
    case fails
    case inconclusive
    /// The contrast is 0 in every seed, so that there is nothing to test: the metric has not moved at all, such as a
    /// recall of 0 in all arms, and 0 may lie on the right side of a bound whatever is true.
    case vacuous
    /// There are no contrasts that may be tested.
    case notTested = "not tested"
  }

  /// The contrast of each seed.
  public let contrasts: [Double]
  /// False where the contrast is 0 in every seed; see `Outcome.vacuous`.
  public let isTested: Bool
  /// The range that the contrast is tested against.
  public let expectation: Expectation
  /// The mean of the contrasts, which is what is tested.
  public let mean: Double
  /// The 95% interval of the mean; nil for fewer than two seeds.
  public let interval: Interval?
  /// The p of the sign-flip test of the differences from the bound. For `within`, of the two bounds: the larger p where
  /// the mean lies between them, and that of the bound that it lies beyond. Nil where nothing is tested.
  public let p: Double?

  /// Tests the contrasts against an expectation.
  ///
  /// - Parameters:
  ///   - contrasts: At least one, all finite.
  ///   - seed: The key of the test's random numbers.
  public init(_ contrasts: [Double], _ expectation: Expectation, seed: UInt64 = 0) {
    self.contrasts = contrasts
    self.expectation = expectation
    mean = Statistics.mean(contrasts)
    interval = Interval(ofMean: contrasts)
    isTested = contrasts.contains { $0 != 0 }
    let bounds = expectation.bounds(testedFor: mean)
    let tests = bounds.compactMap { bound in SignFlip.p(contrasts.map { $0 - bound }, seed: seed) }
    p = isTested ? tests.max() : nil
  }

  /// The outcome at a corrected p. The criterion holds where the mean lies in the expected range and `p` is below 0.05:
  /// a claim needs all its criteria to hold, which by itself makes a false one no likelier. It fails where the mean
  /// lies outside and the corrected p of the bound that it lies beyond is below 0.05, as one criterion that fails is
  /// enough.
  public func outcome(correctedP: Double?) -> Outcome {
    guard isTested else { return .vacuous }
    guard let p, let correctedP else { return .inconclusive }
    if expectation.contains(mean) { return p < PairedComparison.level ? .holds : .inconclusive }
    return correctedP < PairedComparison.level ? .fails : .inconclusive
  }
}

/// The verdict of an experiment on a claim.
public enum ClaimVerdict: String, Sendable, Codable {
  /// All criteria hold.
  case reproduced
  /// At least one criterion fails.
  case notReproduced = "not reproduced"
  /// No criterion fails, but some are inconclusive or could not be tested.
  case inconclusive
  /// The question could not be answered here: no criterion could be tested, or what must be so for it to make sense is
  /// not.
  case notTestable = "not testable"

  /// Sums up the outcomes of a claim's criteria.
  public init(_ outcomes: [ContrastTest.Outcome]) {
    self =
      outcomes.contains(.fails)
      ? .notReproduced
      : outcomes.allSatisfy { $0 == .notTested || $0 == .vacuous }
        ? .notTestable : outcomes.allSatisfy { $0 == .holds } ? .reproduced : .inconclusive
  }
}
