import Metrics
import Randomness
import Scores
import Testing

@Suite struct CanaryTestTests {
  @Test func canariesComeBackThatAreNearerThanAllControls() throws {
    let score = CanaryTest(
      [0.1, 0.5, 0.2, 0.9], repeats: [16, 1, 16, 1], controls: [0.4, 0.3, 1]
    ).score
    #expect(score.value == 0.5)
    #expect(score.extraTables["by_repeats"] == ["1": 0, "16": 1])
    let distances = try #require(score.extraTables["distance_by_repeats"])
    #expect(abs((distances["1"] ?? 0) - 1.75) < 1e-12)
    #expect(abs((distances["16"] ?? 0) - 0.375) < 1e-12)
    // Of the 21 pairs of seven canaries, 6 are of planted ones.
    #expect(abs((score.copiesP ?? 0) - 6.0 / 21) < 1e-9)
    #expect(abs((score.extra["low"] ?? 0) - 0.0676) < 1e-4)
  }

  @Test func asNearAsAControlIsNotNearer() {
    let score = CanaryTest([0.3, 0.6], repeats: [1, 1], controls: [0.3, 0.4]).score
    #expect(score.value == 0 && score.copiesP == 1)
  }

  /// Where nothing tells planted canaries from the others, one comes back with the probability that is stated, and the
  /// p is below any level no more often than the level says.
  @Test func chanceIsAsStated() {
    let (planted, controls, draws) = (30, 99, 4000)
    var (back, small) = (0.0, 0)
    for draw in 0..<draws {
      let numbers = RandomStream("test/canaries", seed: UInt64(draw)).uniform(planted + controls)
        .map(Double.init)
      let score = CanaryTest(
        Array(numbers[..<planted]), repeats: Array(repeating: 1, count: planted),
        controls: Array(numbers[planted...])
      ).score
      back += score.value / Double(draws)
      if (score.copiesP ?? 1) < 0.06 { small += 1 }
    }
    #expect(abs(back - 0.01) < 0.001, "\(back)")
    // C(30, 2)/C(129, 2) = 0.0527 is the largest p below 0.06.
    #expect(abs(Double(small) / Double(draws) - 0.0527) < 0.012, "\(small)")
  }
}
