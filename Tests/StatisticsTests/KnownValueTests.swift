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
    #expect(!SeedPower(seeds: 5, comparisons: 1).canShow)
    #expect(SeedPower(seeds: 8, comparisons: 6).canShow)
    #expect(!SeedPower(seeds: 8, comparisons: 7).canShow)
    #expect(SeedPower(seeds: 8, comparisons: 24).seedsNeeded == 10)
    #expect(SeedPower(seeds: 8, comparisons: 24).text.contains("needs 10 seeds"))
    #expect(SeedPower(seeds: 10_000, comparisons: 24).canShow)
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
    let mixed = PairedComparison([0.2, -0.3, 0.25, -0.22, 0.28, -0.3], higherIsBetter: true)
    #expect(mixed.verdict(correctedP: 0.01) == .inconclusive)
    let single = PairedComparison([0.2], higherIsBetter: true)
    #expect(single.bca == nil && single.pairedT == nil && single.signFlipP == 1)
    #expect(single.verdict(correctedP: 0.001) == .inconclusive)
  }

  @Test func intervalsOfEqualValues() {
    #expect(BCa.interval(of: [2, 2, 2, 2]) == Interval(2, 2))
    #expect(BCa.interval(of: [1, 2]) == nil)
    #expect(BCa.interval(of: [1, 2, .infinity]) == nil)
    #expect(tInterval(of: [3, 3, 3]) == Interval(3, 3))
  }

  /// Over 400 normal samples of size eight, the interval covers the mean at least as often as the
  /// literature says of BCa at this size, and not always.
  @Test func coverage() throws {
    let numbers = RandomStream("coverage", seed: 5).normal(400 * 8).map(Double.init)
    let covered = try (0..<400).count { sample in
      let values = Array(numbers[sample * 8..<sample * 8 + 8])
      let interval = try #require(BCa.interval(of: values, resamples: 2000))
      return interval.lower <= 0 && interval.upper >= 0
    }
    #expect((340...392).contains(covered), "\(covered) of 400")
  }

  @Test func correctedValuesAreNotBelowRawOnes() {
    let p = RandomStream("p", seed: 1).uniform(30).map(Double.init)
    #expect(zip(holm(p), p).allSatisfy { $0 >= $1 && $0 <= 1 })
    #expect(zip(benjaminiHochberg(p), p).allSatisfy { $0 >= $1 && $0 <= 1 })
    #expect(zip(holm(p), benjaminiHochberg(p)).allSatisfy { $0 >= $1 })
    #expect(holm([]).isEmpty)
  }
}
