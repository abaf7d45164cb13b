import Randomness
import Statistics
import Testing

@Suite struct ContrastTests {
  private let positive = [0.11, 0.09, 0.14, 0.1, 0.12, 0.08, 0.13, 0.1]

  private func outcome(
    _ contrasts: [Double], _ expectation: ContrastTest.Expectation
  ) -> ContrastTest.Outcome {
    let test = ContrastTest(contrasts, expectation)
    return test.outcome(correctedP: test.p)
  }

  @Test func aboveAndBelow() {
    #expect(outcome(positive, .above(0)) == .holds)
    #expect(outcome(positive, .below(0)) == .fails)
    #expect(outcome(positive, .above(0.1)) == .inconclusive)
    #expect(outcome(positive, .above(0.2)) == .fails)
    #expect(outcome(positive, .below(0.2)) == .holds)
    #expect(ContrastTest(positive, .above(0)).p == 2 / 256.0)
  }

  @Test func within() {
    #expect(outcome(positive, .within(0.2)) == .holds)
    #expect(outcome(positive, .within(0.11)) == .inconclusive)
    #expect(outcome(positive, .within(0.05)) == .fails)
    // The larger p of the two bounds counts: relative to −0.12 all differences lie on one side, relative to 0.12
    // they do not.
    let test = ContrastTest(positive, .within(0.12))
    #expect((test.p ?? 0) > 0.05)
  }

  @Test func fewSeedsShowNothing() {
    #expect(outcome([0.1, 0.11, 0.12, 0.1, 0.09], .above(0)) == .inconclusive)
    #expect(outcome([0.1], .above(0)) == .inconclusive)
    let test = ContrastTest(positive, .above(0))
    #expect(test.outcome(correctedP: nil) == .inconclusive)
  }

  /// A claim needs all of its criteria to hold and one to fail, so that only failing is corrected for their number.
  @Test func onlyFailingIsCorrected() {
    #expect(ContrastTest(positive, .above(0)).outcome(correctedP: 0.06) == .holds)
    #expect(ContrastTest(positive, .below(0)).outcome(correctedP: 0.06) == .inconclusive)
    #expect(ContrastTest(positive, .below(0)).outcome(correctedP: 0.04) == .fails)
    #expect(ContrastTest(positive, .within(0.05)).outcome(correctedP: 0.06) == .inconclusive)
  }

  /// Contrasts of 0 in every seed test nothing, for bounds beside 0 and at 0.
  @Test(arguments: [
    ContrastTest.Expectation.above(-0.02), .above(0), .above(0.02), .below(0.02), .within(0.1),
  ])
  func aContrastThatIsNeverOtherThanZeroTestsNothing(_ expectation: ContrastTest.Expectation) {
    let still = ContrastTest([Double](repeating: 0, count: 8), expectation)
    #expect(!still.isTested && still.p == nil)
    #expect(still.outcome(correctedP: 2 / 256.0) == .vacuous)
    // A single seed that differs makes it a test.
    let moved = ContrastTest([0, 0, 0, 0, 0, 0, 0, 0.001], expectation)
    #expect(moved.isTested && moved.p != nil && moved.outcome(correctedP: moved.p) != .vacuous)
  }

  @Test func verdicts() {
    #expect(ClaimVerdict([.holds, .notTested]) == .inconclusive)
    #expect(ClaimVerdict([.notTested, .vacuous]) == .notTestable)
    #expect(ClaimVerdict([.notTested, .fails]) == .notReproduced)
    #expect(ClaimVerdict([.holds, .holds]) == .reproduced)
    #expect(ClaimVerdict([.holds, .inconclusive]) == .inconclusive)
    #expect(ClaimVerdict([.holds, .inconclusive, .fails]) == .notReproduced)
    #expect(ClaimVerdict([]) == .notTestable)
  }

  @Test func powerOfCriteria() {
    let text = SeedPower(seeds: 8, comparisons: 3, of: .criteria).text
    #expect(text.hasPrefix("8 seeds: the smallest p there can be is 0.00781; a contrast 1."))
    #expect(text == SeedPower(seeds: 8, comparisons: 1, of: .criteria).text)
    #expect(
      SeedPower(seeds: 5, comparisons: 1, of: .criteria).text
        == "5 seeds: the smallest p there can be is 0.0625; a verdict needs 6 seeds, so every one will be inconclusive"
    )
  }

  /// Forecasts of how often a criterion holds agree with testing what is drawn.
  @Test(arguments: [
    (ContrastTest.Expectation.above(0), 8, 0.02), (.above(0.01), 8, 0.03), (.below(0), 6, -0.03),
    (.below(0), 8, 0.02), (.within(0.03), 10, 0), (.within(0.03), 10, 0.02),
  ])
  func powerIsTheShareThatHolds(
    _ expectation: ContrastTest.Expectation, seeds: Int, truth: Double
  ) {
    let deviation = 0.02
    let draws = 1000
    let held = (0..<draws).count { draw in
      let noise = RandomStream("contrasts", seed: UInt64(draw)).normal(seeds)
      return outcome(noise.map { truth + deviation * Double($0) }, expectation) == .holds
    }
    let share = ContrastPower.share(
      holding: expectation, seeds: seeds, truth: truth, deviation: deviation)
    // Four standard errors of the difference of two shares, of 400 draws and of 1000.
    #expect(abs(share - Double(held) / Double(draws)) < 0.12, "\(share), \(held)")
  }

  @Test func powerOfFewSeedsAndOfTheSmallestEffect() throws {
    func share(_ seeds: Int, _ truth: Double) -> Double {
      ContrastPower.share(holding: .above(0), seeds: seeds, truth: truth, deviation: 1)
    }
    #expect(share(5, 100) == 0 && share(6, 100) == 1 && share(30, 100) == 1)
    for seeds in [6, 8, 12, 20] {
      let effect = try #require(
        SmallestEffect.standardDeviations(seeds: seeds, comparisons: 1))
      #expect(abs(share(seeds, effect) - 0.8) <= 0.01, "\(seeds): \(share(seeds, effect))")
    }
    // Without any spread, whatever lies in the range is found, and what lies at its end is not.
    func still(_ truth: Double) -> Double {
      ContrastPower.share(holding: .within(1), seeds: 8, truth: truth, deviation: 0)
    }
    #expect(still(0.5) == 1 && still(1) == 0 && still(2) == 0)
  }
}
