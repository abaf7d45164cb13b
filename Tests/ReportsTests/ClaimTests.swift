import Complaints
import Foundation
import Records
import Reports
import Testing

@Suite struct ClaimTests {
  private func claim(_ criteria: String, conditions: String = "") -> Data {
    Data(
      """
      name: made
      claim:
        says: Dropout raises recall | always.
        source: nobody <2026>
        valid_if: [\(conditions)]
        reproduced_if: [\(criteria)]
      data: {source: shapes}
      model: {family: gan}

      """.utf8)
  }

  private func made(_ criteria: String, conditions: String = "") throws -> MadeResults {
    let made = try MadeResults(seeds: 8) { rate, seed in
      rate == 0.1 && seed == 2 ? nil : 0.5 + 0.2 * rate + 0.002 * Double((seed * 7) % 5)
    }
    try claim(criteria, conditions: conditions).write(to: made.results.experiment)
    return made
  }

  private func document(_ criteria: String, conditions: String = "") throws -> [String: Any] {
    let made = try made(criteria, conditions: conditions)
    try Report(reading: made.results).write()
    let data = try Data(contentsOf: made.results.reportData)
    let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(whole["claim"] as? [String: Any])
  }

  private static let raises =
    "{metric: recall, contrast: {generator-bernoulli-0.5: 1, none: -1}, above: 0}"

  @Test func aClaimThatHolds() throws {
    let claim = try document(Self.raises)
    #expect(claim["verdict"] as? String == "reproduced")
    let criterion = try #require((claim["criteria"] as? [[String: Any]])?.first)
    #expect(abs(try #require(criterion["mean"] as? Double) - 0.1) < 1e-12)
    #expect(criterion["outcome"] as? String == "holds")
    #expect(criterion["expected"] as? String == "above 0")
    #expect(criterion["p"] as? Double == 2 / 256.0)
    #expect((criterion["contrasts"] as? [Double])?.count == 8)
  }

  @Test func verdictsOfSeveralCriteria() throws {
    let fails = "{metric: recall, contrast: {generator-bernoulli-0.5: 1, none: -1}, above: 0.3}"
    #expect(try document(Self.raises + ", " + fails)["verdict"] as? String == "not reproduced")
    // A metric without measurements, an arm with a failed seed, and another number of a metric.
    let unknown = "{metric: coverage, contrast: {none: 1}, above: 0}"
    let claim = try document(
      [
        Self.raises, unknown,
        "{metric: recall, contrast: {generator-bernoulli-0.1: 1, none: -1}, within: 0.05}",
        "{metric: vendi.orders_2, contrast: {none: 2}, above: 5}",
      ].joined(separator: ", "))
    #expect(claim["verdict"] as? String == "inconclusive")
    let criteria = try #require(claim["criteria"] as? [[String: Any]])
    #expect(
      criteria.map { $0["outcome"] as? String } == ["holds", "not tested", "not tested", "holds"])
    #expect(
      criteria[1]["reason"] as? String == "no seed has a value of coverage in every arm")
    #expect(
      criteria[2]["reason"] as? String
        == "seeds without a value: 1 of 8 of generator-bernoulli-0.1, 0 of 8 of none")
    #expect(criteria.map { ($0["seeds"] as? [Int])?.count } == [8, 0, 7, 8])
    #expect(criteria[3]["mean"] as? Double == 6)
  }

  /// A recall of 0 in every arm would satisfy every bound below 0, so it is not tested.
  @Test func whatHasNotMovedIsVacuous() throws {
    let made = try MadeResults(seeds: 8, others: { rate, _ in rate }) { _, _ in 0 }
    let criterion =
      "{metric: recall, contrast: {generator-bernoulli-0.5: 1, none: -1}, above: -0.02}"
    try claim(criterion).write(to: made.results.experiment)
    let report = try Report(reading: made.results)
    try report.write()
    let expected =
      "0.000 (0.000 to 0.000), expected above -0.02: vacuous (the arms do not differ in any seed: recall is "
      + "0.000 in all of them)"
    #expect(report.summary().contains("always. not testable\n"))
    #expect(report.summary().contains(expected))
    let page = try String(contentsOf: made.results.report, encoding: .utf8)
    #expect(page.contains("vacuous, as the arms do not differ in any seed"))
    let data = try Data(contentsOf: made.results.reportData)
    let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let criteria = (whole["claim"] as? [String: Any])?["criteria"] as? [[String: Any]]
    #expect(criteria?[0]["outcome"] as? String == "vacuous" && criteria?[0]["p"] == nil)
  }

  /// The sugar for an equivalence and for a share of another arm's value.
  @Test func equivalenceAndShare() throws {
    let claim = try document(
      [
        "{metric: recall, contrast: {generator-bernoulli-0.5: 1, none: -1}, equivalent: {within: 0.15}}",
        "{metric: recall, arm: none, at_least_share: {of: generator-bernoulli-0.5, share: 0.7}}",
      ].joined(separator: ", "))
    #expect(claim["verdict"] as? String == "reproduced")
    let criteria = try #require(claim["criteria"] as? [[String: Any]])
    #expect(criteria[0]["expected"] as? String == "within ±0.15")
    #expect(
      criteria[1]["contrast"] as? [String: Double] == ["none": 1, "generator-bernoulli-0.5": -0.7])
  }

  /// The best arm between two others, by the held-out examples, beats both.
  @Test func aPeak() throws {
    func criteria(_ validation: @escaping (Double) -> Double?) throws -> (String?, [[String: Any]])
    {
      let made = try MadeResults(seeds: 8, validation: validation) { rate, seed in
        (rate == 0.3 ? 0.7 : 0.5) + 0.001 * Double((seed * 7) % 5)
          + 0.0001 * Double(Int(rate * 10) * (seed % 4))
      }
      let peak =
        "{metric: recall, peak: {arms: [generator-bernoulli-0.1, generator-bernoulli-0.3], "
        + "over: [none, generator-bernoulli-0.5]}, published: 0.1}"
      try claim(peak).write(to: made.results.experiment)
      try Report(reading: made.results).write()
      let data = try Data(contentsOf: made.results.reportData)
      let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let claim = try #require(whole["claim"] as? [String: Any])
      return (claim["verdict"] as? String, try #require(claim["criteria"] as? [[String: Any]]))
    }
    let (verdict, found) = try criteria { $0 == 0.3 ? 0.6 : 0.4 }
    #expect(verdict == "reproduced")
    let best = "best of (generator-bernoulli-0.1, generator-bernoulli-0.3 in 8)"
    #expect(
      found.map { $0["contrast"] as? [String: Double] } == [
        [best: 1, "none": -1], [best: 1, "generator-bernoulli-0.5": -1],
      ])
    #expect(found.allSatisfy { $0["outcome"] as? String == "holds" })
    #expect(found.map { $0["published"] as? Double } == [0.1, nil])
    // The arm that the held-out examples choose is the one that must win.
    let (missed, others) = try criteria { $0 == 0.1 ? 0.6 : 0.4 }
    #expect(missed == "inconclusive")
    #expect(others.allSatisfy { abs($0["mean"] as? Double ?? 1) < 0.01 })
    let (untested, none) = try criteria { _ in nil }
    #expect(untested == "not testable")
    #expect(none.allSatisfy { $0["outcome"] as? String == "not tested" })
  }

  /// Where a condition is not met the claim is not testable, and the figure is said.
  @Test(arguments: [
    ("{metric: recall, arm: none, above: {of_null: 0.5}}", nil),
    (
      "{metric: recall, arm: none, above: {of_null: 0.7}}",
      "recall of none is 0.504, and had to be above 0.560, 0.7 of its null"
    ),
    (
      "{metric: recall, arm: none, below: 0.4}",
      "recall of none is 0.504, and had to be below 0.400"
    ),
    ("{metric: coverage, arm: none, above: 0.4}", "coverage of none has no value"),
  ])
  func aConditionThatIsNotMet(_ condition: String, _ expected: String?) throws {
    let claim = try document(Self.raises, conditions: condition)
    #expect(claim["verdict"] as? String == (expected == nil ? "reproduced" : "not testable"))
    #expect(claim["obstacles"] as? [String] == [expected].compactMap(\.self))
  }

  /// A claim about an arm that does nothing is not testable.
  @Test func anInertArm() throws {
    let made = try MadeResults(seeds: 8) { rate, seed in
      (rate == 0.3 ? 0.1 : 0) + Double(seed) / 100
    }
    try claim("{metric: recall, contrast: {generator-bernoulli-0.5: 1, none: -1}, within: 0.1}")
      .write(to: made.results.experiment)
    let summary = try Report(reading: made.results).summary()
    #expect(summary.contains("always. not testable\n"))
    #expect(summary.contains("generator-bernoulli-0.5 is inert: every number is that of none"))
  }

  @Test func wordsOfAClaimMeanOnlyThemselves() throws {
    let made = try made(Self.raises)
    let text = try String(contentsOf: made.results.experiment, encoding: .utf8)
      .replacing(
        "Dropout raises recall | always.",
        with: "\"*a* _b_ `c` [d](e) <img src=x> | &lt; ~~f~~ \\\\ ![g](h) $i$\\n# j\""
      )
      .replacing("nobody <2026>", with: "\"a | b\\n|---|\"")
    try Data(text.utf8).write(to: made.results.experiment)
    let folder = made.results.url.deletingLastPathComponent()
      .appendingPathComponent("lethe-claims-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(
      at: made.results.url, to: folder.appendingPathComponent("a (b) c"))
    try ClaimsTable(folder).write()
    let table = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    let row = try #require(table.split(separator: "\n").first { $0.hasPrefix("| [") })
    #expect(
      row.hasPrefix(
        ##"| [\*a\* \_b\_ \`c\` \[d\](e) \<img src=x\> \| \&lt; \~\~f\~\~ \\ \!\[g\](h) \$i\$ \# j](a%20%28b%29%20c/README.md)"##
          + ##" | a \| b \|---\| |"##), "\(row)")
    // The row has as many cells as there are headings.
    #expect(row.replacing("\\|", with: "").filter { $0 == "|" }.count == 6)
  }

  @Test func pageAndTable() throws {
    let made = try made(Self.raises)
    try Report(reading: made.results).write()
    let page = try String(contentsOf: made.results.report, encoding: .utf8)
    #expect(page.contains("<h2 id=\"claim-heading\">The claim</h2>"))
    #expect(page.contains("nobody &lt;2026&gt;"))
    #expect(
      try Report.summaryLines(of: made.results).contains(
        "  recall: generator-bernoulli-0.5 − none +0.100 (+0.100 to +0.100), expected above 0: holds"
      ))
    let folder = made.results.url.deletingLastPathComponent()
      .appendingPathComponent("lethe-claims-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: InputError.self) { try ClaimsTable(folder) }
    // Hidden folders are ignored.
    for name in ["made", ".made"] {
      try FileManager.default.copyItem(
        at: made.results.url, to: folder.appendingPathComponent(name))
    }
    try ClaimsTable(folder).write()
    let table = try String(
      contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(
      table.contains(
        "| [Dropout raises recall \\| always.](made/README.md) | nobody \\<2026\\> | **reproduced** |"
      ))
    #expect(table.contains("\nOf 1 claim 1 is reproduced. "))
    #expect(!table.contains(".made"))
    let picture = try String(
      contentsOf: folder.appendingPathComponent("made/claim.svg"), encoding: .utf8)
    #expect(picture.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
    #expect(try XMLDocumentCheck.isWellFormed(picture))
  }
}

/// A check that a text is well-formed XML, as far as its tags go.
private enum XMLDocumentCheck {
  static func isWellFormed(_ text: String) throws -> Bool {
    // Names of the elements that are open.
    var open: [Substring] = []
    for tag in text.matches(of: /<(\/?)([a-z]+)[^>]*?(\/?)>/) {
      if tag.1 == "/" {
        guard open.popLast() == tag.2 else { return false }
      } else if tag.3.isEmpty {
        open.append(tag.2)
      }
    }
    return open.isEmpty
  }
}

extension Report {
  fileprivate static func summaryLines(of results: ResultsFolder) throws -> [String] {
    try Report(reading: results).summary().split(separator: "\n").map(String.init)
  }
}
