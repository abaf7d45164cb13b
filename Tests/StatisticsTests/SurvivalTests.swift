import Foundation
import Statistics
import Testing

/// Compares times until an event with lifelines and NumPy; see `Fixtures/survival.py`.
@Suite struct SurvivalTests {
  private struct Case: Decodable {
    let times: [Double]
    let events: [Bool]
    let first: Int
    let p: Double?
    let median: [Double?]

    var trials: [SurvivalTime] { zip(times, events).map { SurvivalTime($0, isEvent: $1) } }
  }

  private func cases() throws -> [Case] {
    let file = try #require(
      Bundle.module.url(forResource: "survival", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
  }

  private func trials(_ times: Double..., censored: Int = 0) -> [SurvivalTime] {
    times.enumerated().map { SurvivalTime($1, isEvent: $0 < times.count - censored) }
  }

  @Test func logRanksEqualAllDivisions() throws {
    for reference in try cases() {
      let trials = reference.trials
      let p = LogRank.p(
        Array(trials.prefix(reference.first)), Array(trials.dropFirst(reference.first)))
      #expect(p.map { p in reference.p.map { isClose(p, $0) } ?? false } ?? (reference.p == nil))
    }
  }

  @Test func mediansEqualLifelines() throws {
    for reference in try cases() {
      let median = MedianSurvival(reference.trials)
      #expect([median.median, median.lower, median.upper] == reference.median)
    }
  }

  @Test func separateArmsHaveTheSmallestP() {
    #expect(LogRank.p(trials(1, 2, 3), trials(4, 5, 6)).map { isClose($0, 0.1) } == true)
    #expect(LogRank.p(trials(2, 2, 2), trials(2, 2, 2)) == 1)
  }

  /// An arm whose trials never have the event is later than one whose trials all do, however long that is known.
  @Test func censoredTrialsCount() {
    let never = trials(9, 9, 9, 9, censored: 4)
    #expect(LogRank.p(trials(1, 2, 3, 4), never).map { isClose($0, 2.0 / 70) } == true)
    #expect(MedianSurvival(never).median == nil && MedianSurvival(never).events == 0)
  }

  @Test func withoutEventsThereIsNoP() {
    #expect(LogRank.p(trials(9, censored: 1), trials(9, censored: 1)) == nil)
    #expect(LogRank.p([], trials(9)) == nil)
  }

  /// More divisions than are tried: random ones agree with the normal distribution, and are the same each time.
  @Test func manyTrialsAreDrawn() throws {
    let a = (0..<15).map { (day: Int) in SurvivalTime(Double(day % 7 + 1), isEvent: true) }
    let b = (0..<15).map { (day: Int) in
      SurvivalTime(Double(day % 9 + 3), isEvent: day % 4 > 0)
    }
    let p = try #require(LogRank.p(a, b))
    #expect(p == LogRank.p(a, b) && p > 1e-5 && p < 0.02)
  }
}
