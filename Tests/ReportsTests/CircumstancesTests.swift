import Experiments
import Foundation
import Records
import Reports
import Testing

/// Warnings of a report on trials from different data, or from different programs or machines.
@Suite struct CircumstancesTests {
  private func page(_ made: MadeResults) throws -> String {
    try Report(reading: made.results).write()
    return try String(contentsOf: made.results.report, encoding: .utf8)
  }

  /// Number of comparisons in `report.json`.
  private func comparisons(_ made: MadeResults) throws -> Int {
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: made.results.reportData))
        as? [String: Any])
    let arms = try #require(document["arms"] as? [[String: Any]])
    return arms.flatMap { ($0["metrics"] as? [String: [String: Any]] ?? [:]).values }
      .count { $0["comparison"] is [String: Any] }
  }

  @Test func trialsThatAreAlikeAreNotSpokenOf() throws {
    let made = try MadeResults(seeds: 3) { status, _, _ in
      status.data = ["training": "aa", "held-out": "bb"]
    } value: {
      0.5 + $0 * Double($1)
    }
    #expect(try !page(made).contains("class=\"warning\">Trials"))
    // Three arms are compared with one, on three metrics.
    #expect(try comparisons(made) == 9)
    #expect(try !Report(reading: made.results).summary().contains("warning: "))
  }

  @Test(arguments: ["training", "held-out"]) func dataThatChangedBetweenSeeds(_ set: String) throws
  {
    let made = try MadeResults(seeds: 3) { status, rate, seed in
      status.data = ["training": "aa", "held-out": "bb"]
      if rate == 0.3, seed == 2 { status.data?[set] = "cc" }
    } value: {
      0.5 + $0 * Double($1)
    }
    let warning =
      "Trials of none, generator-bernoulli-0.1, generator-bernoulli-0.3, generator-bernoulli-0.5 were made "
      + "from different data (\(set) changed between them), so these arms are not compared."
    #expect(try page(made).contains(warning))
    #expect(try comparisons(made) == 0)
    #expect(try Report(reading: made.results).summary().hasPrefix("warning: \(warning)\n"))
  }

  /// Cells of a grid over data settings rightly have different data. Only the cell with mixed data is not compared.
  @Test func dataThatDifferByTheGrid() throws {
    func made(mixed: Bool) throws -> MadeResults {
      let made = try MadeResults(seeds: 3, cells: 2) { 0.5 + $0 * Double($1) }
      var plan = try #require(try SweepRecord.read(from: made.results.sweep))
      for index in plan.arms.indices {
        plan.arms[index].overrides = try plan.arms[index].grid.map {
          try Override(parsing: "\($0.key)=\($0.value)")
        }
      }
      try plan.write(to: made.results.sweep)
      for trial in plan.trials {
        let folder = made.results.trial(trial.folder)
        var status = try #require(try TrialStatus.read(from: folder.status))
        let cell = trial.arm.hasSuffix("limit-100") ? "a" : "b"
        status.data = ["training": mixed && cell == "b" ? "\(cell)\(trial.seed)" : cell]
        try status.write(to: folder.status)
      }
      return made
    }
    let clean = try made(mixed: false)
    #expect(try !page(clean).contains("different data"))
    #expect(try comparisons(clean) == 18)
    let mixed = try made(mixed: true)
    #expect(try page(mixed).contains("Trials of none-limit-200, "))
    #expect(try comparisons(mixed) == 9)
  }

  @Test func makersThatDiffer() throws {
    let made = try MadeResults(seeds: 3) { status, _, seed in
      status.machine = .init(
        processor: seed == 1 ? "B" : "A", isa: "avx2", threads: 1, system: "Debian")
      if seed == 2 {
        let first = Provenance(
          versions: status.versions,
          machine: .init(processor: "C", isa: "avx2", threads: 1, system: "Debian"))
        status.earlier = [.init(lastStep: 40, madeBy: first)]
      }
    } value: {
      0.5 + $0 * Double($1)
    }
    let page = try page(made)
    #expect(page.contains("which changes numbers by itself: processor: A, B, C."))
    #expect(
      page.contains("Trials that went on elsewhere than they began: none seed 2 after step 40, "))
    #expect(try comparisons(made) == 9)
  }

  @Test func foldersThatDifferInTheirData() throws {
    func made(_ hash: String) throws -> MadeResults {
      try MadeResults(seeds: 3) { status, _, _ in
        status.data = ["training": hash]
      } value: {
        0.5 + $0 * Double($1)
      }
    }
    let (a, b, c) = (try made("a"), try made("a"), try made("b"))
    for (other, differs) in [(b, false), (c, true)] {
      let file = a.results.url.appendingPathComponent("comparison.html")
      try Report.writeComparison(of: a.results, with: other.results, to: file)
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains("A and B were made from different data.") == differs)
    }
  }
}
