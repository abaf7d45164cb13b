import Complaints
import Foundation
import Reports
import Testing

@Suite struct RunsTableTests {
  /// What Weights & Biases exports: every cell in quotation marks, newest runs first, the state in a column.
  private static func fromWandB(_ rows: [(arm: String, seed: String, state: String, fid: String)])
    -> String
  {
    ([#""Name","State","Notes","User","Tags","Created","Runtime","Sweep","arm","seed","fid""#]
      + rows.map {
        #""run \#($0.seed), of ""\#($0.arm)""","\#($0.state)","two\nlines","me","","2026-01-01T00:00:00.000Z","60","","\#($0.arm)","\#($0.seed)","\#($0.fid)""#
      })
      .joined(separator: "\n")
  }

  /// 8 seeds of an arm without dropout and of one that is better by 1 and a little more. The intervals of the tests are
  /// those of `scipy.stats.t`.
  private static let clear: [(arm: String, seed: String, state: String, fid: String)] =
    (0..<8).reversed().flatMap { seed in
      let base = 10 + Double(seed * seed % 5)
      return [
        ("d30", "\(seed)", "finished", "\(base - 1 - Double(seed) / 16)"),
        ("none", "\(seed)", "finished", "\(base)"),
      ]
    }

  private func verdicts(
    _ text: String, arm: String = "arm", seed: String = "seed", metric: String = "fid",
    control: String? = nil
  ) throws -> TableVerdicts {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try text.write(to: file, atomically: true, encoding: .utf8)
    do {
      return try TableVerdicts(
        of: RunsTable(reading: file.path), arm: arm, seed: seed, metric: metric,
        higherIsBetter: false, control: control)
    } catch var error as InputError {
      error.place.file = "runs.csv"
      throw error
    }
  }

  private func complaint(
    _ text: String, arm: String = "arm", seed: String = "seed", metric: String = "fid",
    control: String? = nil
  ) -> String {
    do {
      return try verdicts(text, arm: arm, seed: seed, metric: metric, control: control).summary
    } catch {
      return "\(error)"
    }
  }

  /// The differences are −1 to −1.4375, of one sign in 8 seeds: p is 2/2⁸.
  @Test func aClearDifferenceIsFound() throws {
    #expect(
      try verdicts(Self.fromWandB(Self.clear)).summary == """
        fid, lower is better, compared with none seed by seed
          d30: fid better: −1.22 (95% −1.35 to −1.09, corrected p 0.008, 8 of 8 seeds better)
          none: fid 11.9 (95% 10.4 to 13.4)
        """)
  }

  /// MLflow's names have the kind of a column before them, and pandas writes whole numbers with a decimal.
  @Test func columnsAreFoundBehindTheirPrefixes() throws {
    let rows = Self.clear.map { "a1b2,FINISHED,\($0.fid),\($0.arm),\($0.seed).0" }
    let text = (["run_id,status,metrics.fid,params.arm,params.seed"] + rows)
      .joined(separator: "\r\n")
    #expect(try verdicts(text).summary == verdicts(Self.fromWandB(Self.clear)).summary)
    let tabs = text.replacing(",", with: "\t")
    #expect(try verdicts("\u{FEFF}" + tabs).summary == verdicts(text).summary)
  }

  /// A run that crashed, is not a number or is not there leaves its seed without a value, and arms that differ in that
  /// are not compared.
  @Test(arguments: [("crashed", "9"), ("finished", "NaN"), ("finished", "")])
  func seedsWithoutAValueAreCounted(_ state: String, _ fid: String) throws {
    var rows = Self.clear
    rows[0] = ("d30", "7", state, fid)
    let expected =
      "not comparable: seeds without a value: 1 of 8 of d30, 0 of 8 of none"
    #expect(try verdicts(Self.fromWandB(rows)).summary.contains(expected))
    rows.removeFirst()
    #expect(try verdicts(Self.fromWandB(rows)).summary.contains(expected))
    let told = try verdicts(Self.fromWandB(rows), control: "d30").summary
    #expect(told.contains("d30: fid ") && told.contains("; no value for 1 of 8 seeds"), "\(told)")
  }

  @Test func aStatusThatIsSomethingElseIsLeftAlone() throws {
    let rows = Self.clear.map { "\($0.arm),\($0.seed),\($0.fid),good" }
    #expect(
      try verdicts((["arm,seed,fid,status"] + rows).joined(separator: "\n")).summary
        == verdicts(Self.fromWandB(Self.clear)).summary)
  }

  /// The control is `none`, 0, or the arm that is named.
  @Test func theControlIsChosen() throws {
    func table(_ control: String) -> String {
      (["arm,seed,fid"]
        + Self.clear.map { "\($0.arm == "none" ? control : "0.3"),\($0.seed),\($0.fid)" })
        .joined(separator: "\n")
    }
    #expect(try verdicts(table("0.0")).summary.contains("compared with 0.0"))
    #expect(try verdicts(table("0.0"), control: "0.3").summary.contains("0.0: fid worse"))
    #expect(
      complaint(table("base"))
        == "runs.csv: --control: expected one of 0.3, base, found nothing, and no arm that is called none or 0"
    )
    #expect(
      complaint(table("base"), control: "bass")
        == "runs.csv: --control: expected one of 0.3, base, found bass; did you mean base?")
  }

  @Test func tooFewSeedsAreSaid() throws {
    let few = Self.clear.filter { ["0", "1", "2"].contains($0.seed) }
    #expect(
      try verdicts(Self.fromWandB(few)).summary.contains(
        "3 seeds: the smallest p there can be is 0.25; a verdict needs 6 seeds, so every one will be inconclusive"
      ))
  }

  @Test(arguments: [
    (
      "arm,seed,fid\nnone,0,1\nnone,0,2",
      "row 2: expected one row for each seed of an arm, found seed 0 of none, of which row 1 is too"
    ),
    (
      "arm,seed,fid\nnone,0,1\nd30,0,low",
      "row 2, fid: expected a number, or nothing, found \"low\""
    ),
    (
      "arm,seed,fid\nnone,first,1\nd30,0,2", "row 1, seed: expected a whole number, found \"first\""
    ),
    ("arm,seed,fid\n,0,1\nd30,0,2", "row 1, arm: expected the name of an arm, found nothing"),
    ("arm,seed,fid\nnone,0,1\nnone,1,2", "--arm: expected two arms or more, found none"),
    (
      "arm,seed,FID\nnone,0,1\nd30,0,2",
      "--metric: expected the name of one column: arm, seed, FID, found fid"
    ),
    (
      "arm,seed,params.fid,metrics.fid\nnone,0,1,1\nd30,0,2,2",
      "--metric: expected the name of one column: arm, seed, params.fid, metrics.fid, found fid, which is params.fid and metrics.fid"
    ),
    ("arm,seed,fid\nnone,0", "row 1: expected 3 cells, as there are names, found 2"),
    ("arm,seed,fid\n\"none,0,1\nd30,0,2", "row 1: expected 3 cells, as there are names, found 1"),
    (
      "arm,seed,fid\n\"no\"ne,0,1",
      "expected a table as CSV, found quotation marks that do not match"
    ),
    ("arm,seed,fid\n", "expected a line of names and a row for each run, found no run"),
    ("", "expected a line of names and a row for each run, found no run"),
  ]) func badTables(_ text: String, _ expected: String) {
    #expect(complaint(text).hasPrefix("runs.csv: " + expected), "\(complaint(text))")
  }
}
