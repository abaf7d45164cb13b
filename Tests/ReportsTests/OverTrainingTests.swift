import Foundation
import Records
import Reports
import Testing

/// When arms begin to memorise, and when they are best, from logs whose numbers are known.
@Suite struct OverTrainingTests {
  /// Results in which seed s of an arm passes 0.2, twice the null's 97.5% point, first at step 500 + 100 s, a rate of
  /// 0.3 at 1,500 + 100 s, and a rate of 0.5 never. Coverage is best at step 1,000.
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

  /// A probability that follows the discriminator has a chart, and an arm in which it stayed 0 is told.
  @Test func idleProbabilitiesAreTold() throws {
    let made = try MadeResults(
      logged: { rate, _, step in
        ",\"probability/dropout.0\":\(rate == 0.3 || step < 500 ? 0 : rate / 10)"
      }, value: { rate, seed in 0.3 + rate + Double(seed) / 100 })
    try Report(reading: made.results).write()
    let page = try String(contentsOf: made.results.report, encoding: .utf8)
    #expect(page.contains("probability/dropout.0"))
    // The arm without dropout, whose rate is 0, and that of rate 0.3.
    let told = page.ranges(of: "dropout.0 never acted: its probability stayed 0")
    #expect(told.count == 2)
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

  /// Results at two values of a key, of which the arms without dropout at the second never memorise.
  private func swept() throws -> MadeResults {
    let made = try MadeResults(
      cells: 2,
      logged: { rate, seed, step in
        guard step % 100 == 0 else { return "" }
        let share = step < 500 + Int(2000 * rate) + 100 * seed ? 0.2 : 0.21
        return ",\"memorized_share\":\(share),\"memorized_share.null_high\":0.1"
      }, value: { rate, seed in 0.3 + rate + Double(seed) / 100 })
    for trial in made.results.trials() where trial.name.hasPrefix("none-limit-200") {
      let log = try String(contentsOf: trial.log, encoding: .utf8)
      try Data(log.replacing("0.21,", with: "0.2,").utf8).write(to: trial.log)
    }
    return made
  }

  @Test func onsetsByRateAndKeyAreAMap() throws {
    let made = try swept()
    try Report(reading: made.results).write()
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: made.results.reportData))
    let map = try #require((json as? [String: Any])?["onset_map"] as? [String: Any])
    #expect(map["key"] as? String == "data.limit")
    let panels = try #require(map["panels"] as? [[String: Any]])
    #expect(panels.map { $0["name"] as? String } == ["generator"])
    let cells = try #require(panels[0]["cells"] as? [[String: Any]])
    #expect(cells.map { $0["rate"] as? Double } == [0, 0, 0.1, 0.3, 0.5, 0.1, 0.3, 0.5])
    #expect(
      cells.map { $0["median"] as? Double } == [800, nil, 1000, 1400, 1800, 1000, 1400, 1800])
    #expect(cells.map { $0["events"] as? Int } == [8, 0, 8, 8, 8, 8, 8, 8])
    let shares = cells.compactMap { $0["final_share"] as? Double }
    #expect(
      zip(shares, [0.21, 0.2, 0.21, 0.21, 0.21, 0.21, 0.21, 0.21]).allSatisfy {
        abs($0 - $1) < 1e-12
      })
  }

  @Test func theMapIsDrawnAndATable() throws {
    let made = try swept()
    try Report(reading: made.results).write()
    let page = try String(contentsOf: made.results.report, encoding: .utf8)
    let chart = try #require(
      page.firstMatch(
        of: /<svg class="chart"[^>]*aria-label="onset by rate and data\.limit".*?<\/svg>/))
    let text = String(chart.0)
    // The earliest onset, 800, has the strongest shade, the latest, 1800, the faintest, and no onset has none.
    #expect(
      text.matches(
        of:
          /<title>none-limit-100: onset 800[^<]*<\/title><rect class="shade-7"/
      ).count == 1)
    #expect(
      text.matches(of: /onset 1800[^>]*>(?:<title>[^<]*<\/title>)<rect class="shade-0"/).count == 2)
    #expect(
      text.matches(
        of:
          /none-limit-200: onset never in 8 of 8[^>]*>(?:<title>[^<]*<\/title>)<rect class="never"/
      ).count == 1)
    #expect(page.contains("Onset of memorisation by rate and data.limit"))
    #expect(page.contains("<td>never in 8 of 8</td>"))
    let single = try MadeResults { rate, _ in rate }
    try Report(reading: single.results).write()
    #expect(
      try !String(contentsOf: single.results.report, encoding: .utf8).contains("onset by rate"))
  }
}
