import Foundation
import Testing

/// Checks that `Formats.md` of the guide names the keys of `--json` outputs and the headings of tables.
@Suite struct FormatsTests {
  private let workspace: Workspace
  private let text: String

  init() throws {
    workspace = try Workspace()
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/lethe/lethe.docc/Formats.md").standardizedFileURL
    text = try String(contentsOf: path, encoding: .utf8)
  }

  /// The names in the table row that begins with a name.
  private func row(_ name: String) throws -> Set<String> {
    let line = try #require(
      text.split(whereSeparator: \.isNewline).first { $0.starts(with: "| `\(name)` |") })
    return Set(line.matches(of: /`([a-z_]+)`/).map { String($0.1) })
  }

  private func expectNamed(_ command: String, _ arguments: String...) throws {
    let outcome = try workspace.lethe([command] + arguments + ["--json"])
    let named = try row(command)
    for key in try workspace.json(outcome.output).keys.sorted() {
      #expect(named.contains(key), "\(command): \(key)")
    }
  }

  @Test func everyKeyThatIsPrintedIsNamed() throws {
    try expectNamed("check", "tiny.yaml")
    try expectNamed("bench", "tiny.yaml", "--steps", "5")
    try expectNamed("bench", "tiny.yaml", "--forms", "--seconds", "0")
    try expectNamed("train", "tiny.yaml", "--out", "r")
    try workspace.write(
      Workspace.tiny + """
        ablation:
          placements: {none: null, generator: "generator.*.post_act"}
          rates: [0.5]
          seeds: 1

        """, to: "sweep.yaml")
    try expectNamed("run", "sweep.yaml", "--out", "s")
    try expectNamed("status", "s")
    let check = try workspace.lethe("check", "sweep.yaml", "--json")
    let ablation = try #require(
      try workspace.json(check.output)["ablation"] as? [String: Any])
    for key in ablation.keys { #expect(try row("check").contains(key), "\(key)") }
  }

  @Test func everyColumnIsNamed() throws {
    #expect(try workspace.lethe("train", "tiny.yaml", "--out", "r").status == 0)
    let table = try String(
      decoding: workspace.data(workspace.trial(in: "r") + "/nearest.csv"), as: UTF8.self)
    let named = try row("nearest.csv")
    for column in table.prefix(while: { !$0.isNewline }).split(separator: ",") {
      #expect(named.contains(String(column)), "\(column)")
    }
  }
}
