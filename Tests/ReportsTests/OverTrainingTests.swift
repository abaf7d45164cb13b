import Foundation
import Records
import Reports
import Testing

/// When arms begin to memorise, and when they are best, from logs whose numbers are known.
@Suite struct OverTrainingTests {
  /// Results in which seed s of an arm passes 0.2, twice the null's 97.5% point, first at step 500 + 100 s, a rate of 0.3 at
  /// 1,500 + 100 s, and a rate of 0.5 never. Coverage is best at step 1,000.
  private func made() throws -> MadeResults {
    try MadeResults(
      logged: { rate, seed, step in
        guard step % 100 == 0 else { return "" }
        let onset = rate == 0.5 ? Int.max : (rate == 0.3 ? 1500 : 500) + 100 * seed
        let share = step < onset ? 0.2 : 0.21
        return
          ",\"memorized_share\":\(share),\"memorized_share.null\":0.05,\"memorized_share.null_high\":0.1"
          + ",\"holdout_coverage\":\(1 - abs(Double(step) - 1000) / 5000)"
      }, value: { rate, seed in 0.3 + rate + Double(seed) / 100 })
  }

  private func arms(_ results: ResultsFolder) throws -> [[String: Any]] {
    try Report(reading: results).write()
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: results.reportData))
    let arms = try #require((json as? [String: Any])?["arms"] as? [[String: Any]])
    return try arms.map { try #require($0["over_training"] as? [String: Any]) }
  }

  @Test func onsetsAreTheFirstStepsAboveTheLimit() throws {
    let made = try made()
    let onsets = try arms(made.results).map { try #require($0["onset"] as? [String: Any]) }
    #expect(onsets[0]["median"] as? Double == 800 && onsets[2]["median"] as? Double == 1800)
    #expect(onsets[0]["events"] as? Int == 8 && onsets[3]["events"] as? Int == 0)
    #expect(onsets[3]["median"] == nil)
    let values = try #require(onsets[3]["values"] as? [[String: Any]])
    #expect(values.allSatisfy { $0["reached"] as? Bool == false && $0["step"] as? Int == 2900 })
    // Of all 12,870 divisions of 16 trials, this one and its mirror image are the farthest apart.
    #expect(onsets[2]["control"] as? String == "none")
    let p = try #require(onsets[2]["p"] as? Double)
    #expect(abs(p - 2.0 / 12870) < 1e-12)
    let corrected = try #require(onsets[2]["corrected_p"] as? Double)
    #expect(abs(corrected - 3 * p) < 1e-12)
    #expect(onsets[1]["p"] as? Double == 1)
  }

  @Test func bestStepsCoverHeldOutExamplesBest() throws {
    let made = try made()
    for arm in try arms(made.results) {
      let best = try #require(arm["best_step"] as? [String: Any])
      #expect(best["median"] as? Double == 1000)
      #expect((best["values"] as? [[String: Any]])?.count == 8)
    }
  }

  @Test func thePageDrawsAllSeedsBesideTheNull() throws {
    let made = try made()
    try Report(reading: made.results).write()
    let page = try String(contentsOf: made.results.report, encoding: .utf8)
    #expect(page.contains("not reached") && page.contains("log-rank"))
    #expect(page.contains("curve-band series-") && page.contains("curve thin series-7 level"))
    #expect(
      page.contains(">memorized_share</text>") && !page.contains(">memorized_share.null</text>"))
  }

  /// Logs without these numbers have no table of them.
  @Test func whatWasNotMeasuredIsNotSaid() throws {
    let made = try MadeResults { rate, _ in rate }
    try Report(reading: made.results).write()
    let page = try String(contentsOf: made.results.report, encoding: .utf8)
    #expect(!page.contains("log-rank") && !page.contains(" level\""))
  }
}
