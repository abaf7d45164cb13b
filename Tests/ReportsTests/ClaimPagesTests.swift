import Complaints
import Experiments
import Foundation
import Records
import Reports
import Testing

/// The pages of claims, and what a plan with a claim can show.
@Suite struct ClaimPagesTests {
  /// Results in which a rate of 0.5 raises recall by 0.1 and its seeds vary by a little, with a claim.
  private func made(_ criteria: String, seeds: Int = 8) throws -> MadeResults {
    let made = try MadeResults(seeds: seeds) { rate, seed in
      0.5 + 0.2 * rate + (rate == 0.5 ? 0.002 * Double(seed % 2) - 0.001 : 0)
    }
    let text = """
      # Claim: it raises | recall.
      # Decided before.
      #
      # Needs *nothing*.
      name: made
      data: {source: shapes}
      model: {family: gan}
      claim: {says: It raises recall., source: nobody, reproduced_if: [\(criteria)]}

      """
    try Data(text.utf8).write(to: made.results.experiment)
    return made
  }

  private static func criterion(_ range: String, _ more: String = "", sign: Int = 1) -> String {
    "{metric: recall, contrast: {generator-bernoulli-0.5: \(sign), none: \(-sign)}, \(range)\(more)}"
  }

  /// Copies results into a folder of their own, as `claim`, and writes its pages.
  private func pages(
    _ made: MadeResults, notes: String? = nil,
    _ body: (_ file: (String) throws -> String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-claims-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let claim = folder.appendingPathComponent("claim")
    try FileManager.default.copyItem(at: made.results.url, to: claim)
    if let notes { try Data(notes.utf8).write(to: claim.appendingPathComponent("notes.md")) }
    try ClaimsTable(folder).write()
    try body { name in
      try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
  }

  /// An effect stands at its number of smallest effects from the bound, on the right where it is as claimed.
  @Test func effectsStandInSmallestEffects() throws {
    let criteria = [
      Self.criterion("above: 0", ", smallest: 0.05, published: 0.15"),
      Self.criterion("below: 0", ", smallest: 0.05, published: -0.15", sign: -1),
      Self.criterion("above: 0.2", ", smallest: 0.05"),
      Self.criterion("below: 0.2", ", smallest: 0.01"),
      Self.criterion("above: 0"),
    ]
    try pages(made(criteria.joined(separator: ", "))) { file in
      let picture = try file("effects.svg")
      func lines(_ style: String) -> [(from: Double, to: Double)] {
        picture.matches(of: /<line class="([a-z ]+)" x1="([0-9.]+)" y1="[0-9.]+" x2="([0-9.]+)"/)
          .filter { $0.1 == "interval \(style)" }
          .compactMap { match in
            Double(match.2).flatMap { from in Double(match.3).map { (from, $0) } }
          }
      }
      // The plot goes from −6 to 6 in 450...834, so that 2 is 706; an effect of 10 is cut off.
      let holding = lines("holds").map { ($0.from + $0.to) / 2 }
      #expect(holding.count == 3)
      #expect(zip(holding, [706, 706, 834]).allSatisfy { abs($0 - $1) < 0.2 }, "\(holding)")
      let failing = lines("fails").map { ($0.from + $0.to) / 2 }
      #expect(failing.count == 1 && abs(failing[0] - 578) < 0.2, "\(failing)")
      #expect(picture.matches(of: /class="hollow" points="738,/).count == 2)
      #expect(picture.matches(of: /polyline class="holds"/).count == 1)
      #expect(picture.contains(">no smallest effect stated</text>"))
      #expect(picture.contains(">▼ fails</text>") && picture.contains(">▼ not reproduced</text>"))
      #expect(!picture.contains("prefers-color-scheme") && !picture.contains("figcaption"))
    }
  }

  @Test func theCriteriaSayWhichEffectMatters() throws {
    let made = try made(
      Self.criterion("above: 0", ", smallest: 0.05, published: 0.15") + ", "
        + Self.criterion("within: 0.2") + ", " + Self.criterion("above: 0", ", smallest: 0.5"))
    let report = try Report(reading: made.results)
    try report.write()
    #expect(
      report.summary().contains(
        "+0.100 (+0.099 to +0.101), published +0.15, expected above 0: holds\n"))
    #expect(
      report.summary().contains(
        "+0.100 (+0.099 to +0.101), expected above 0: holds (less than the smallest effect of interest)"
      ))
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: made.results.reportData))
    let claim = try #require((json as? [String: Any])?["claim"] as? [String: Any])
    let criteria = try #require(claim["criteria"] as? [[String: Any]])
    #expect(criteria.map { $0["smallest"] as? Double } == [0.05, 0.2, 0.5])
    #expect(criteria.map { $0["published"] as? Double } == [0.15, nil, nil])
    let page = try String(contentsOf: made.results.report, encoding: .utf8)
    #expect(page.contains("smallest of interest</button>"))
    #expect(page.contains("<polygon class=\"hollow\""))
  }

  @Test func aClaimHasAPage() throws {
    let made = try made(Self.criterion("above: 0", ", smallest: 0.05, published: 0.15"))
    try pages(made, notes: "It was **looked** into.\n") { file in
      let text = try file("claim/README.md")
      #expect(
        text.hasPrefix("# It raises recall.\n\nSource: nobody.\n\n**reproduced**\n\n| contrast |"))
      #expect(
        text.contains(
          "| recall: generator-bernoulli-0.5 − none | above 0 | 0.100 | 0.099 | 0.101 | 0.050 | 0.150 | 1.00 | 0.008 "
            + "| 0.008 | 8 | holds |"), "\(text)")
      #expect(
        text.contains(
          "\n\nClaim: it raises \\| recall. Decided before.\n\nNeeds \\*nothing\\*.\n\n"))
      #expect(text.contains("lethe run experiments/claims/claim.yaml --out runs/claims/claim\n"))
      #expect(
        text.contains(
          "Computed by lethe 0.1.0. All 32 trials together took 6.67 minutes of one core."))
      #expect(text.hasSuffix("## Looked into\n\nIt was **looked** into.\n"))
      // There is neither a report nor a table of trials here yet.
      #expect(!text.contains("report.html") && !text.contains("trials.csv"))
      #expect(try file("claim/claim.svg").hasPrefix("<svg xmlns"))
    }
    try Report(reading: made.results).write()
    try pages(made) { file in
      let text = try file("claim/README.md")
      #expect(text.contains("\n\n- [trials.csv](trials.csv)\n- [report.html](report.html)\n"))
      #expect(!text.contains("Looked into"))
      let all = try file("README.md")
      #expect(
        all.contains(
          "\n![Effects of the criteria of all claims](effects.svg)\n\nOf 1 claim 1 is reproduced. "
            + "All trials together took 0.111 hours of one core.\n"))
      #expect(
        all.contains(
          "+0.100 (+0.099 to +0.101), published +0.15, expected above 0: holds; power 100% | 32 |"))
    }
  }

  /// The page of all claims is the same where only pages and summaries are left of the trials, and ends with its notes.
  @Test func trialsNeedNotBeKept() throws {
    let made = try made(
      [
        Self.criterion("above: 0", ", smallest: 0.05, published: 0.15"), Self.criterion("below: 0"),
        Self.criterion("within: 0.02"),
      ].joined(separator: ", "))
    try pages(made) { file in
      let (text, picture, page) = try (
        file("README.md"), file("effects.svg"), file("claim/README.md")
      )
      let kept = FileManager.default.temporaryDirectory
        .appendingPathComponent("lethe-kept-\(UUID().uuidString)", isDirectory: true)
      let claim = kept.appendingPathComponent("claim", isDirectory: true)
      try FileManager.default.createDirectory(at: claim, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: kept) }
      func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: kept.appendingPathComponent(name))
      }
      try write(page, "claim/README.md")
      try write(file("claim/claim.json"), "claim/claim.json")
      try write("How it was *done*.\n", "notes.md")
      try ClaimsTable(kept).write()
      func read(_ name: String) throws -> String {
        try String(contentsOf: kept.appendingPathComponent(name), encoding: .utf8)
      }
      #expect(try read("README.md") == text + "\nHow it was *done*.\n")
      #expect(try read("effects.svg") == picture)
      #expect(try read("claim/README.md") == page)
      try write("{}", "claim/claim.json")
      let error = #expect(throws: InputError.self) { try ClaimsTable(kept) }
      #expect(error.map { "\($0)" }?.contains("the summary of a claim") == true)
    }
  }

  /// A folder whose experiment file cannot be read is named, as is the reason; its report says so too.
  @Test func aFolderThatIsLeftOutIsNamed() throws {
    let made = try made(Self.criterion("above: 0"))
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-left-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["bad", "good"] {
      try FileManager.default.copyItem(
        at: made.results.url, to: folder.appendingPathComponent(name))
    }
    #expect(try ClaimsTable(folder).leftOut.isEmpty)
    let bad = ResultsFolder(folder.appendingPathComponent("bad", isDirectory: true))
    let text = try String(contentsOf: bad.experiment, encoding: .utf8)
    try Data(text.replacing("says:", with: "sais:").utf8).write(to: bad.experiment)
    let table = try ClaimsTable(folder)
    #expect(table.summary == "good: reproduced")
    #expect(table.leftOut.count == 1)
    let problem = try #require(table.leftOut.first)
    #expect(problem.hasPrefix("bad: left out: experiment.yaml:"), "\(problem)")
    #expect(problem.contains("sais"), "\(problem)")
    #expect(
      try Report(reading: bad).summary().contains("The claim, if there is one, is left out: "))
    try FileManager.default.removeItem(at: folder.appendingPathComponent("good"))
    let error = #expect(throws: InputError.self) { try ClaimsTable(folder) }
    #expect(error.map { "\($0)" }?.hasSuffix("found \(problem)") == true)
  }

  // MARK: Plans

  private func forecasts(
    _ criteria: String, pilotSeeds: Int = 8, seeds: Int = 10
  ) throws -> [CriterionForecast] {
    let made = try made(criteria, seeds: pilotSeeds)
    let experiment = try Experiment.load(path: made.results.experiment.path)
    return try PilotSpread(reading: made.results, for: experiment.claim).forecasts(seeds: seeds)
  }

  /// A seed's contrast is 0.099 or 0.101: it varies by 0.00107.
  @Test func aPilotTellsWhatCriteriaCanShow() throws {
    let found = try forecasts(
      [
        Self.criterion("below: 0", ", smallest: 0.0001, published: -0.03"),
        Self.criterion("above: 0.02", ", smallest: 0.01, published: 0.0199"),
        Self.criterion("within: 0.002"), Self.criterion("within: 0.0005", ", published: 0.0004"),
      ].joined(separator: ", "))
    let spread = "(a seed's contrast varies by 0.0011 in the pilot)"
    let contrast = "recall: generator-bernoulli-0.5 − none"
    #expect(
      found[0].text.hasPrefix(
        "\(contrast): 10 seeds find a mean of −0.0011 in 80% of cases \(spread); the published −0.03 in 100%; the smallest of interest, −0.0001, in "
      ))
    #expect(found[0].warning == nil)
    #expect(
      found[1].text.hasPrefix(
        "\(contrast), above 0.02: 10 seeds find a mean 0.0011 above 0.02 in 80% of cases \(spread); the published "
          + "+0.0199, 0.0001 below the bound, in "), "\(found[1].text)")
    #expect(found[1].text.hasSuffix("; the smallest of interest, 0.01 beyond the bound, in 100%"))
    #expect(
      found[1].warning?.hasPrefix(
        "claim: \(contrast), above 0.02: 10 seeds find the published +0.0199, 0.0001 below the bound, in "
      )
        == true)
    #expect(
      found[2].text
        == "\(contrast), within ±0.002: 10 seeds find it in 100% of cases where the truth is 0 \(spread)"
    )
    #expect(found[2].warning == nil)
    #expect(found[3].warning?.contains("find the published +0.0004 in ") == true)
  }

  @Test func aPilotMayNotTell() throws {
    let unknown =
      "{metric: recall, contrast: {discriminator-bernoulli-0.5: 1, none: -1}, above: 0, published: 1}"
    let found = try forecasts(unknown)
    #expect(
      found[0].text
        == "recall: discriminator-bernoulli-0.5 − none: the pilot has no discriminator-bernoulli-0.5"
    )
    #expect(found[0].warning == nil)
    let few = try forecasts(Self.criterion("above: 0"), pilotSeeds: 1)
    #expect(
      few[0].text.hasSuffix("none: the pilot has a value of 1 of the 2 seeds that tell a spread"))
    let hopeless = try forecasts(Self.criterion("above: 0", ", published: 1"), seeds: 5)
    #expect(hopeless[0].text.contains(": 5 seeds find nothing ("))
    #expect(hopeless[0].warning?.hasSuffix("5 seeds find the published +1 in 0% of cases") == true)
  }
}
