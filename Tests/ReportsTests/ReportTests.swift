import Complaints
import Foundation
import Records
import Reports
import Testing

@Suite struct ReportTests {
  /// Thinning out a long log loses no measurement.
  @Test func everyMeasurementIsInTheCurves() throws {
    let made = try MadeResults(seeds: 1) { rate, _ in rate }
    let lines = (1...1000).map { step in
      "{\"step\":\(step),\"loss\":1.5\(step % 77 == 0 ? ",\"co_adaptation\":0.\(step)" : "")}\n"
    }
    for folder in made.results.trials() { try Data(lines.joined().utf8).write(to: folder.log) }
    try Report(reading: made.results).write()
    let document = try JSONSerialization.jsonObject(with: Data(contentsOf: made.results.reportData))
    let trials = try #require((document as? [String: Any])?["trials"] as? [[String: Any]])
    let curves = try #require(trials[0]["curves"] as? [String: [String: Any]])
    let steps = curves.mapValues { $0["steps"] as? [Int] ?? [] }
    #expect(steps["co_adaptation"] == (1...12).map { 77 * $0 })
    #expect((steps["loss"]?.count ?? 0) < 150)
  }

  /// The first sentence names the arm where there is one, and counts arms where there are several.
  @Test(arguments: [
    (["generator-bernoulli-0.5"], "In short: recall is better in generator-bernoulli-0.5 (+0."),
    (
      ["generator-bernoulli-0.3"],
      "In short: recall is not shown to differ in generator-bernoulli-0.3; differences of up to "
    ),
    (
      ["generator-bernoulli-0.3", "generator-bernoulli-0.5"],
      "In short: recall is better in 1 of 2 arms (generator-bernoulli-0.5: +0."
    ),
  ])
  func theAnswerComesFirst(_ arms: [String], _ answer: String) throws {
    let made = try MadeResults { rate, seed in
      let noise = 0.3 + Double(seed % 4) / 100
      return rate == 0.5 ? noise + 0.1 : rate == 0.3 ? noise + Double(seed % 2) / 50 - 0.01 : noise
    }
    var plan = try json(made.results.sweep)
    let kept = ["none"] + arms
    for (list, name) in [("arms", "name"), ("trials", "arm")] {
      let entries = try #require(plan[list] as? [[String: Any]])
      plan[list] = entries.filter { kept.contains($0[name] as? String ?? "") }
    }
    try JSONSerialization.data(withJSONObject: plan).write(to: made.results.sweep)
    try Report(reading: made.results).write()
    #expect(try text(made.results.report).contains(answer))
  }

  private func json(_ url: URL) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
  }

  private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

  /// Rate 0.5 is better in each of eight seeds, which are enough for three arms; rate 0.1 does nothing.
  @Test func verdictsFollowTheRules() throws {
    let made = try MadeResults { rate, seed in
      let noise = 0.3 + Double(seed % 4) / 100
      return switch rate {
      case 0.3: noise + Double(seed % 2) / 50 - 0.01
      case 0.5: noise + 0.1 + Double(seed) / 200
      default: noise
      }
    }
    let report = try Report(reading: made.results)
    try report.write()
    let arms = try #require(try json(made.results.reportData)["arms"] as? [[String: Any]])
    func comparison(_ arm: Int, _ key: String) throws -> [String: Any] {
      let metrics = try #require(arms[arm]["metrics"] as? [String: [String: Any]])
      return try #require(metrics[key]?["comparison"] as? [String: Any])
    }
    let better = try comparison(3, "recall")
    #expect(better["verdict"] as? String == "better")
    #expect(better["p"] as? Double == 2.0 / 256)
    // Of the 256 patterns of signs that are flipped for all comparisons together, two make the differences of rate 0.3,
    // which are all of one size, larger.
    #expect(better["corrected_p"] as? Double == 4.0 / 256)
    #expect(better["correction"] as? String == "max_t")
    #expect(better["probability_of_improvement"] as? Double == 1)
    #expect(try comparison(2, "recall")["verdict"] as? String == "inconclusive")
    #expect(arms[1]["obstacle"] as? String == "inert: every number is that of none")
    let inert = try #require(arms[1]["metrics"] as? [String: [String: Any]])
    #expect(inert["recall"]?["comparison"] == nil)
    let exploratory = try comparison(3, "vendi")
    #expect(exploratory["correction"] as? String == "benjamini_hochberg")
    #expect(exploratory["corrected_p"] as? Double == 2 * 2.0 / 256)
    let summary = report.summary()
    #expect(summary.contains("generator-bernoulli-0.5: recall better: +0.1"))
    #expect(summary.contains("8 of 8 seeds better"))
    #expect(summary.contains("generator-bernoulli-0.1: inert: every number is that of none"))
    #expect(summary.contains("uninformative for these data"))
  }

  @Test func failedSeedsAreCountedAndNothingIsInjected() throws {
    let made = try MadeResults(name: "a<b>&\"c'", others: { rate, _ in rate }) { rate, seed in
      rate == 0.3 && seed < 2 ? nil : 0.3
    }
    try Report(reading: made.results).write()
    let page = try text(made.results.report)
    #expect(page.contains("32 trials: 30 finished, 2 failed"))
    #expect(page.contains("2 of 8 seeds without a result"))
    #expect(
      page.contains(
        "recall not comparable: seeds without a value: 2 of 8 of generator-bernoulli-0.3, 0 of 8 of none"
      ))
    #expect(page.contains("a &lt;bad&gt; &quot;step&quot;"))
    #expect(page.contains("error: &lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!page.contains("<script>alert") && !page.contains("<bad>") && !page.contains("a<b>"))
    #expect(page.contains("<h1>Does it help? Really?</h1>"))
    #expect(!page.contains(made.results.url.path) && !page.contains("/elsewhere"))
  }

  /// Equal shares of failures, up to a tenth, leave arms comparable: seeds fail for reasons that the arms share.
  @Test(arguments: [(10, [0.0, 0.5], true), (10, [0.5], false), (5, [0.0, 0.5], false)])
  func comparableIsWhatFailsAlike(seeds: Int, failing: [Double], isComparable: Bool) throws {
    let made = try MadeResults(seeds: seeds) { rate, seed in
      seed == 2 && failing.contains(rate) ? nil : 0.3 + rate + Double(seed) / 100
    }
    let summary = try Report(reading: made.results).summary()
    #expect(summary.contains("generator-bernoulli-0.5: recall not comparable") != isComparable)
  }

  /// Without any value of the control there is nothing to compare with, and that is said.
  @Test func aControlThatFailedAltogetherIsNamed() throws {
    let made = try MadeResults { rate, _ in rate == 0 ? nil : 0.5 }
    let summary = try Report(reading: made.results).summary()
    #expect(
      summary.contains("generator-bernoulli-0.5: not comparable: all 8 seeds of none failed"))
  }

  /// A control that hardly generates, or whose loss still falls, is the first that is said.
  @Test func aControlThatSaysNothingComesFirst() throws {
    let collapsed = try MadeResults { rate, seed in 0.01 + rate + Double(seed) / 1e4 }
    let first = try Report(reading: collapsed.results).summary().prefix { $0 != "\n" }
    #expect(
      first.hasPrefix(
        "warning: none, which others are compared with, has collapsed: its recall is 0.010, and 0.800"
      ))
    for (fall, isSaid) in [(0.2, true), (0.05, false)] {
      let made = try MadeResults { rate, seed in 0.5 + rate + Double(seed) / 100 }
      let lines = (0..<500).map { step in
        "{\"step\":\(step),\"loss\":\(1 - fall * Double(step) / 500 + Double(step * 7 % 5) / 1000)}\n"
      }
      for folder in made.results.trials() { try Data(lines.joined().utf8).write(to: folder.log) }
      let summary = try Report(reading: made.results).summary()
      #expect(
        summary.contains("has not been trained to the end: its loss still falls by 2") == isSaid)
    }
  }

  @Test func everyNumberIsInTheTable() throws {
    let made = try MadeResults(seeds: 2, cells: 2) { _, seed in 0.25 + Double(seed) }
    try Report(reading: made.results).write()
    let rows = try text(made.results.trialsTable).components(separatedBy: "\r\n")
    #expect(rows.count == 1 + 16 + 1 && rows.last == "")
    let header = rows[0].components(separatedBy: ",")
    #expect(
      header == [
        "trial", "arm", "placement", "type", "rate", "baseline", "data.limit", "seed", "state",
        "reason", "step", "steps", "seconds", "peak_memory_mb", "final_d_loss", "final_g_loss",
        "recall", "recall_null", "recall_copies", "recall_planted", "closer_to_train",
        "closer_to_train_null", "closer_to_train_copies", "closer_to_train_planted",
        "closer_to_train_p", "vendi", "vendi_null", "vendi_orders_2",
      ])
    let cells = rows[10].components(separatedBy: ",")
    #expect(cells.count == header.count)
    #expect(
      cells[..<14] == [
        "generator-bernoulli-0.1-limit-100-s1-0123456789", "generator-bernoulli-0.1-limit-100",
        "generator", "bernoulli", "0.1", "", "100", "1", "finished", "", "100", "100", "12.5",
        "80.0",
      ])
    #expect(cells[16] == "1.25")
  }

  /// The table has the numbers of trials with all their digits.
  @Test func numbersAreThoseOfTheTrials() throws {
    let made = try MadeResults(seeds: 1) { rate, _ in
      rate == 0 ? 0.28116196130451626 : 0.9571428571428572
    }
    try Report(reading: made.results).write()
    let rows = try text(made.results.trialsTable).components(separatedBy: "\r\n")
    #expect(rows[1].contains(",0.28116196130451626,") && rows[2].contains(",0.9571428571428572,"))
  }

  @Test func brokenAndMissingFilesAreNamed() throws {
    let made = try MadeResults(seeds: 2) { _, _ in 0.5 }
    let folders = made.results.trials()
    try Data("{\"values\": ".utf8).write(to: folders[0].metrics)
    try Data("not json".utf8).write(to: folders[1].status)
    try FileManager.default.removeItem(at: folders[2].url)
    try Report(reading: made.results).write()
    let page = try text(made.results.report)
    #expect(page.contains("metrics.json: expected the metrics of a trial"))
    #expect(page.contains("status.json: expected the status of a trial"))
    #expect(page.contains("1 interrupted, 2 waiting"))
  }

  @Test(arguments: [1.7e307, -1e101])
  func valuesTooLargeToBeComparedAreNamed(_ value: Double) throws {
    let made = try MadeResults(seeds: 3) { _, seed in seed == 0 ? value : 0.5 }
    try Report(reading: made.results).write()
    let page = try text(made.results.report)
    #expect(
      page.contains(
        "metrics.json: values.recall.planted: expected a number of at most 1e+100 in size, "
          + "found \(value)"))
    // The other seeds are still reported.
    let recall = try #require(Report(reading: made.results).summary().firstMatch(of: /recall (.*)/))
    #expect(recall.1.hasPrefix("0.500"))
  }

  /// Arms that make only a few distinct samples are named before anything else.
  @Test func collapseIsSaidFirst() throws {
    let made = try MadeResults(
      seeds: 4,
      distinct: { rate, seed in rate == 0 ? seed + 1 : rate == 0.5 && seed == 2 ? 1 : nil }
    ) { _, _ in 0.5 }
    let report = try Report(reading: made.results)
    let lines = report.summary().split(separator: "\n").map(String.init)
    let first = "Collapsed: 5 of 16 trials make a few samples again and again"
    #expect(lines[1].hasPrefix(first))
    #expect(lines.contains("  none: collapsed in 4 of 4 seeds: 1 to 4 distinct samples in 500"))
    #expect(
      lines.contains(
        "  generator-bernoulli-0.5: collapsed in 1 of 4 seeds: 1 distinct sample in 500"))
    try report.write()
    let page = try text(made.results.report)
    let main = try #require(page.components(separatedBy: "<main id=\"main\">").last)
    #expect(main.dropFirst().hasPrefix("<p class=\"warning\">\(first)"))
    let table = try text(made.results.trialsTable).components(separatedBy: "\r\n")
    let column = try #require(
      table[0].components(separatedBy: ",").firstIndex(of: "collapsed_to"))
    #expect(table[1].components(separatedBy: ",")[column] == "1")
    #expect(table[2].components(separatedBy: ",")[column] == "")
    let data = try Data(contentsOf: made.results.reportData)
    let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let trials = try #require(whole["trials"] as? [[String: Any]])
    #expect(trials[0]["collapsed"] as? [String: Int] == ["distinct": 1, "of": 500])
    #expect(trials[1]["collapsed"] == nil)
  }

  @Test func theLargestValuesAreReported() throws {
    let made = try MadeResults(seeds: 8) { rate, seed in
      rate == 0.3 ? 1e99 : seed % 2 == 0 ? -1e99 : 1e-300
    }
    var log = try Data(contentsOf: made.results.trials()[0].log)
    log += Data("{\"step\":3000,\"d_loss\":1.7e308,\"g_loss\":-1.7e308}\n".utf8)
    try log.write(to: made.results.trials()[0].log)
    try Report(reading: made.results).write()
    #expect(try !text(made.results.report).contains("nan"))
  }

  @Test func aFolderOfTrainAloneIsAReportToo() throws {
    let made = try MadeResults(seeds: 1) { _, _ in 0.5 }
    try FileManager.default.removeItem(at: made.results.sweep)
    let report = try Report(reading: made.results)
    try report.write()
    #expect(report.summary().contains("no arm without dropout to compare with"))
    #expect(throws: InputError.self) {
      try Report(reading: ResultsFolder(made.results.url.appendingPathComponent("trials")))
    }
  }

  @Test func aPageCarriesAsMuchAsItMay() throws {
    let made = try MadeResults(seeds: 1, picture: onePixel) { _, _ in 0.5 }
    let size = try #require(onePixel).base64EncodedString().utf8.count
    func pictures(_ write: (Report) throws -> Void) throws -> Int {
      try write(Report(reading: made.results))
      return try text(made.results.report).matches(of: /data:image\/png/).count
    }
    // Training examples, and of each of four arms a sheet and nearest pairs; beside them four sounds.
    #expect(try pictures { try $0.write() } == 9)
    #expect(try pictures { try $0.write(mediaBytes: 3 * size) } == 3)
    #expect(try text(made.results.report).contains("10 pictures or sounds would make this file"))
    #expect(try pictures { try $0.write(mediaBytes: 0) } == 0)
  }

  @Test func twoFoldersAreComparedBySeed() throws {
    let a = try MadeResults(seeds: 10) { _, seed in 0.3 + Double(seed) / 100 }
    let b = try MadeResults(seeds: 10) { _, seed in 0.5 + Double(seed) / 90 }
    let page = a.results.url.appendingPathComponent("comparison.html")
    try Report.writeComparison(of: a.results, with: b.results, to: page)
    let text = try text(page)
    #expect(text.contains("B minus A, by seed") && text.contains(">better<"))
    let other = try MadeResults(cells: 2) { _, _ in 0.5 }
    #expect(throws: InputError.self) {
      try Report.writeComparison(of: a.results, with: other.results, to: page)
    }
  }

  /// A page over 512 trials, each with two sheets of 100 kB, stays small and names what it leaves out.
  @Test func aReportOverManyTrialsStaysSmall() throws {
    let noise = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
    let picture = try #require(onePixel) + noise
    let made = try MadeResults(seeds: 4, cells: 32, picture: picture) { rate, seed in
      rate + Double(seed) / 10
    }
    #expect(made.results.trials().count == 512)
    try Report(reading: made.results).write()
    let size = try Data(contentsOf: made.results.report).count
    #expect(size < 15_000_000, "\(size)")
    #expect(try text(made.results.report).contains("would make this file too large"))
  }
}
