import Foundation
import Records
import Reports
import Testing

/// Checks that `Formats.md` of the guide names every key of `report.json` and every column of `trials.csv`.
@Suite struct FormatsTests {
  /// Keys of objects whose own keys are names of arms, metrics and the like.
  private static let tables: Set = [
    "curves", "checkpoints", "data", "grid", "primary", "versions", "contrast",
  ]

  private func formats() throws -> String {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/lethe/lethe.docc/Formats.md").standardizedFileURL
    return try String(contentsOf: path, encoding: .utf8)
  }

  private func made(cells: Int = 1) throws -> MadeResults {
    let made = try MadeResults(
      cells: cells,
      change: { status, _, seed in
        status.machine = .init(processor: "a", isa: "avx2", threads: 2, system: "Debian")
        status.earlier = [.init(lastStep: 1, madeBy: status.madeBy)]
        status.data = ["training": "0\(seed % 1)"]
      }, distinct: { rate, _ in rate == 0.5 ? 2 : nil }, validation: { $0 },
      logged: { rate, _, step in
        step % 500 > 0
          ? ""
          : ",\"memorized_share\":\(rate < 0.2 && step > 900 ? 0.5 : 0),\"memorized_share.null_high\":0.1,\"holdout_coverage\":0.5"
      },
      value: { rate, seed in
        rate == 0.1 && seed == 2 ? nil : 0.5 + (rate == 0.3 ? 0 : rate) + Double(seed) / 100
      })
    let claim = """
      # Does it help?
      name: made
      data: {source: shapes}
      model: {family: gan}
      claim:
        says: "It helps."
        source: somewhere
        reproduced_if: [
          {metric: recall, contrast: {generator-bernoulli-0.5: 1, none: -1}, above: 0, smallest: 0.1, published: 0.2},
          {metric: coverage, contrast: {none: 1}, above: 0}]

      """
    try Data(claim.utf8).write(to: made.results.experiment)
    try Report(reading: made.results).write()
    return made
  }

  @Test func everyKeyIsNamed() throws {
    let (text, made) = (try formats(), try made())
    let found = try Set(
      [made, self.made(cells: 2)].flatMap { made in
        keys(
          of: try JSONSerialization.jsonObject(with: Data(contentsOf: made.results.reportData)),
          in: "")
      })
    for key in found { #expect(text.contains("`\(key)`"), "\(key)") }
    // The report covers the keys that only some reports have.
    for key in [
      "corrected_p", "outcome", "distinct", "last_step", "missing", "obstacle", "reason",
      "published", "onset_map",
    ] {
      #expect(found.contains(key), "\(key)")
    }
  }

  private func keys(of json: Any, in parent: String) -> [String] {
    if let list = json as? [Any] { return list.flatMap { keys(of: $0, in: parent) } }
    guard let object = json as? [String: Any] else { return [] }
    return object.flatMap { key, value -> [String] in
      if Self.tables.contains(key) { return [key] }
      // Keys below are metrics: summaries in an arm, and numbers in a trial.
      if key == "metrics", let metrics = value as? [String: Any] {
        return [key]
          + (object["trial"] == nil ? metrics.values.flatMap { keys(of: $0, in: key) } : [])
      }
      return [key] + keys(of: value, in: key)
    }
  }

  @Test func everyColumnIsNamed() throws {
    let (text, made) = (try formats(), try made())
    let table = try String(contentsOf: made.results.trialsTable, encoding: .utf8)
    let header = table.prefix { !$0.isNewline }.split(separator: ",").map(String.init)
    let own = try header[..<#require(header.firstIndex(of: "final_d_loss"))]
    #expect(own.contains("collapsed_to"))
    for column in own { #expect(text.contains("`\(column)`"), "\(column)") }
    #expect(header.contains("vendi_orders_2") && text.contains("`vendi_orders_2`"))
  }
}
