import Foundation
import Randomness
import Statistics
import Testing

/// Looks at results while seeds are added. `LETHE_DRAWS=2000` repeats the simulations more often and prints the rows of the
/// table in the README of `Statistics`.
@Suite struct SequentialTests {
  private static let draws =
    ProcessInfo.processInfo.environment["LETHE_DRAWS"].flatMap(Int.init) ?? 250
  private static let isTable = ProcessInfo.processInfo.environment["LETHE_DRAWS"] != nil

  /// Differences of arms from a control that they share, in standard deviations, with one true effect for all of them.
  private func drawn(_ number: Int, arms: Int, seeds: Int, effect: Double) -> [[Double]] {
    func normal(_ name: String) -> [Double] {
      RandomStream(name, seed: UInt64(number)).normal(seeds).map(Double.init)
    }
    let control = normal("control")
    return (0..<arms).map { arm in
      zip(normal("arm \(arm)"), control).map { ($0 - $1) / 2.0.squareRoot() + effect }
    }
  }

  /// The number of seeds after which each comparison is decided; nil for those that never are. A decided comparison gets
  /// no more seeds.
  private func ends(
    _ test: SequentialTest, _ rows: [[Double]]
  ) -> [Int?] {
    var ends = [Int?](repeating: nil, count: rows.count)
    for (look, seeds) in test.looks.enumerated() {
      let known = zip(rows, ends).map { row, end in
        row.prefix(end ?? seeds).enumerated().reduce(into: [Int: Double]()) {
          $0[$1.offset] = $1.element
        }
      }
      let before = Set(rows.indices.filter { ends[$0] != nil })
      for index in test.decisions(at: look, known, decided: before) { ends[index] = seeds }
      if ends.allSatisfy({ $0 != nil }) { break }
    }
    return ends
  }

  /// The other way to look again: Holm's correction of sign-flip p values at each look, at the error that is spent by it.
  private func endsByHolm(_ test: SequentialTest, _ rows: [[Double]]) -> [Int?] {
    var ends = [Int?](repeating: nil, count: rows.count)
    for (look, seeds) in test.looks.enumerated() {
      let level = test.spent(upTo: look) - (look > 0 ? test.spent(upTo: look - 1) : 0)
      let open = rows.indices.filter { ends[$0] == nil }
      let p = holm(open.compactMap { SignFlip.p(Array(rows[$0].prefix(seeds))) })
      for (index, p) in zip(open, p) where p < level { ends[index] = seeds }
    }
    return ends
  }

  private func test(_ most: Int) -> SequentialTest {
    SequentialTest(least: 6, most: most, step: 2, patterns: Self.isTable ? 4000 : 1000)
  }

  /// Without an effect, some look decides something in 5.5% of results at most.
  @Test(arguments: [1, 4]) func error(arms: Int) {
    for most in Self.isTable ? [14, 20, 40] : [14] {
      let plan = test(most)
      let wrong = (0..<Self.draws).count { number in
        ends(plan, drawn(number, arms: arms, seeds: most, effect: 0)).contains { $0 != nil }
      }
      let share = Double(wrong) / Double(Self.draws)
      let tolerance = 4 * (0.055 * 0.945 / Double(Self.draws)).squareRoot()
      #expect(share <= 0.055 + tolerance, "\(arms) arms, \(most) seeds: \(share)")
      if Self.isTable { print("looks error | \(arms) arms | \(most) seeds | \(share)") }
    }
  }

  /// A large effect is found with fewer seeds than a fixed number would need for the same power.
  @Test func seedsAreSaved() {
    for (most, effect) in Self.isTable
      ? [(14, 1.5), (20, 1.5), (40, 1.5), (20, 1.0), (40, 1.0)] : [(14, 1.5)]
    {
      let plan = test(most)
      let rows = (0..<Self.draws).map { drawn($0, arms: 4, seeds: most, effect: effect) }
      func summary(_ ends: [[Int?]]) -> (power: Double, seeds: Double) {
        let all = ends.flatMap { $0 }
        return (
          Double(all.count { $0 != nil }) / Double(all.count),
          Double(all.reduce(0) { $0 + ($1 ?? most) }) / Double(all.count)
        )
      }
      let sequential = summary(rows.map { ends(plan, $0) })
      let others = summary(rows.map { endsByHolm(plan, $0) })
      let fixed = (6...most).first { seeds in
        let found = rows.map { corrected($0.map { Array($0.prefix(seeds)) }).count { $0 < 0.05 } }
        return Double(found.reduce(0, +)) / Double(4 * rows.count) >= sequential.power
      }
      #expect(sequential.power > 0.9 || effect < 1.5)
      #expect(sequential.seeds < others.seeds && sequential.power >= others.power)
      #expect(effect < 1.5 || sequential.seeds < 0.8 * Double(fixed ?? most))
      if Self.isTable {
        print(
          "looks saved | \(most) seeds | \(effect) | power \(sequential.power) with \(sequential.seeds) seeds | fixed \(fixed.map { "\($0)" } ?? "more than \(most)") | Holm power \(others.power) with \(others.seeds)"
        )
      }
    }
  }

  @Test func looksAndSpending() {
    let test = SequentialTest(least: 6, most: 11, step: 2)
    #expect(test.looks == [6, 8, 10, 11])
    #expect(abs(test.spent(upTo: 3) - 0.05) < 1e-12)
    #expect((0..<3).allSatisfy { test.spent(upTo: $0) < test.spent(upTo: $0 + 1) })
  }

  /// The same results give the same decisions, and a decided comparison makes the boundaries of the others no harder.
  @Test func decisions() {
    let rows = [
      [1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1.1, 1.0], [0.1, -0.2, 0.3, 0.1, -0.1, 0.2, -0.3, 0.1],
    ].map { $0.enumerated().reduce(into: [Int: Double]()) { $0[$1.offset] = $1.element } }
    let test = SequentialTest(least: 6, most: 14, step: 2)
    #expect(test.decisions(at: 1, rows, decided: []) == [0])
    #expect(test.decisions(at: 1, rows, decided: []) == [0])
    #expect(test.decisions(at: 1, rows, decided: [0]).isEmpty)
    #expect(test.decisions(at: 1, [[:], rows[1]], decided: []).isEmpty)
  }

  /// The conditional power falls with what was seen, and rises with the effect.
  @Test func hopelessness() {
    let flat = [(0..<12).reduce(into: [Int: Double]()) { $0[$1] = $1.isMultiple(of: 2) ? 1 : -0.9 }]
    let test = SequentialTest(least: 6, most: 14, step: 2)
    func power(_ effect: Double) -> Double {
      test.conditionalPower(of: 0, effect: effect, at: 0, flat, decided: [])
    }
    #expect(power(0.1) < 0.1)
    #expect(power(3) > 0.5)
  }
}
