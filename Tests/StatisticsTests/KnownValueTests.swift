import Randomness
import Statistics
import Testing

@Suite struct KnownValueTests {
  let x = [0.1, 0.4, 0.35, 0.8, 0.2]
  let y = [0.3, 0.5, 0.45, 0.9, 0.1]

  @Test func interquartileMeans() {
    #expect(isClose(interquartileMean(x), 0.316666667, 1e-9))
    #expect(isClose(interquartileMean(y), 0.416666667, 1e-9))
    #expect(interquartileMean([1, 2, 6]) == 3)
    #expect(interquartileMean([]).isNaN)
  }

  @Test func moments() {
    let moments = Moments([1, 2, 6])
    #expect((moments.count, moments.mean, moments.variance) == (3, 3, 7))
    #expect(moments.squaredErrorOfMean == 7 / 3.0)
    #expect(Moments([4]).variance == 0)
    #expect(Moments([]).mean.isNaN)
  }

  @Test func probabilities() {
    #expect(isClose(probabilityOfImprovement(x, over: y), 0.38))
  }

  @Test func signFlip() {
    let differences = zip(x, y).map { $0 - $1 }
    #expect(SignFlip.p(differences) == 0.3125)
    #expect(SignFlip.p(differences.map { -$0 }) == 0.3125)
    #expect(SignFlip.p([]) == nil)
    #expect(SignFlip.p([0, 0, 0]) == 1)
    #expect(SignFlip.p([1, .nan]) == nil)
  }

  /// With n differences of one sign p is 2/2ⁿ, whatever their sizes.
  @Test(arguments: 1...16) func smallestP(n: Int) {
    #expect(
      SignFlip.p((0..<n).map { 1 + Double($0) }) == SeedPower(seeds: n, comparisons: 1).smallestP)
  }

  /// Comparisons of the same differences count as one; of others with the same seeds, the correction is less than
  /// Holm's, and none below the p by itself.
  @Test func stepDown() {
    let same = [0.2, 0.3, 0.25, 0.22, 0.28, 0.3]
    let mixed = [-0.1, 0.3, 0.2, -0.02, 0.1, 0.05]
    let smallest = 2 / 64.0
    #expect(corrected([same, same, same]) == [smallest, smallest, smallest])
    #expect(corrected([mixed, same])[1] == smallest)
    #expect(corrected([mixed, same])[0] == SignFlip.p(mixed))
    #expect(corrected([]).isEmpty)
    #expect(corrected([[0, 0]]) == [1])
  }

  /// A seed that only another comparison has changes nothing.
  @Test func missingSeeds() {
    let rows = [[0: 0.2, 1: 0.3, 2: 0.25, 3: 0.22, 4: 0.28, 5: 0.3], [7: 1.0]]
    #expect(SignFlip.stepDown(rows)[0] == 2 / 64.0)
  }

  /// The p of random sign patterns, used from 17 differences on, agrees with the exact p of 16 where the 17th is 0.
  @Test func randomPatterns() throws {
    let differences = (0..<16).map { Double($0 * 7 % 16) / 10 - 0.6 }
    let exact = try #require(SignFlip.p(differences))
    let random = try #require(SignFlip.p(differences + [0]))
    #expect(abs(exact - random) < 0.01, "\(exact), \(random)")
    #expect(exact > 0.05 && exact < 0.95)
  }

  @Test func seedsNeeded() {
    #expect(SeedPower(seeds: 5, comparisons: 1).smallestP == 0.0625)
    #expect(SeedPower.seedsNeeded == 6)
    #expect(!SeedPower(seeds: 5, comparisons: 1).canShow)
    #expect(SeedPower(seeds: 6, comparisons: 24).canShow)
    #expect(SeedPower(seeds: 5, comparisons: 24).text.contains("a verdict needs 6 seeds"))
    #expect(SeedPower(seeds: 10_000, comparisons: 24).canShow)
  }

  /// More seeds find smaller effects, and more comparisons only larger ones.
  @Test func smallestEffects() throws {
    func effect(_ seeds: Int, _ comparisons: Int) throws -> Double {
      try #require(SmallestEffect.standardDeviations(seeds: seeds, comparisons: comparisons))
    }
    #expect(SmallestEffect.standardDeviations(seeds: 5, comparisons: 1) == nil)
    #expect(SmallestEffect.standardDeviations(seeds: 8, comparisons: 0) == nil)
    #expect(try effect(6, 1) > effect(8, 1))
    #expect(try effect(8, 1) > effect(20, 1))
    #expect(try effect(8, 8) > effect(8, 1))
    // That of the paired t test with 20 seeds is 0.66.
    #expect(try abs(effect(20, 1) - 0.66) < 0.08)
  }

  @Test func verdicts() {
    let better = PairedComparison(
      [0.2, 0.3, 0.25, 0.22, 0.28, 0.3, 0.21, 0.27], higherIsBetter: true)
    #expect(better.verdict(correctedP: 0.01) == .better)
    #expect(better.verdict(correctedP: 0.05) == .inconclusive)
    #expect(better.verdict(correctedP: nil) == .inconclusive)
    #expect(better.shareImproved == 1)
    let worse = PairedComparison(better.differences, higherIsBetter: false)
    #expect(worse.verdict(correctedP: 0.01) == .worse)
    #expect(worse.shareImproved == 0)
    let single = PairedComparison([0.2], higherIsBetter: true)
    #expect(single.interval == nil && single.signFlipP == 1)
  }

  @Test func intervalsOfEqualValues() {
    #expect(Interval(ofMean: [3, 3, 3]) == Interval(3, 3))
    #expect(Interval(ofMean: [1]) == nil)
    #expect(Interval(ofMean: [1, 2, .infinity]) == nil)
  }

  @Test func correctedValuesAreNotBelowRawOnes() {
    let p = RandomStream("p", seed: 1).uniform(30).map(Double.init)
    #expect(zip(holm(p), p).allSatisfy { $0 >= $1 && $0 <= 1 })
    #expect(zip(benjaminiHochberg(p), p).allSatisfy { $0 >= $1 && $0 <= 1 })
    #expect(zip(holm(p), benjaminiHochberg(p)).allSatisfy { $0 >= $1 })
    #expect(holm([]).isEmpty)
  }
}
