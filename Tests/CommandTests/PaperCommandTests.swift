import Foundation
import Testing

/// `lethe report --paper`.
@Suite struct PaperCommandTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(RunTests.ablation, to: "sweep.yaml")
  }

  /// Tables, methods, and every chart in three formats, the same bytes each time.
  @Test func whatAPaperNeeds() throws {
    #expect(try workspace.lethe("run", "sweep.yaml", "--out", "r", "--seeds", "1").status == 0)
    let made = try workspace.lethe("report", "r", "--paper", "paper")
    #expect(made.status == 0 && made.output.hasSuffix("/paper\n"), "\(made.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: workspace.url("paper").path)
    func stems(_ suffix: String) -> [String] {
      names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }
    #expect(stems(".tex") == ["methods", "metrics", "page", "verdicts"])
    #expect(stems(".csv") == ["metrics", "verdicts"] && stems(".bib") == ["methods"])
    #expect(stems(".svg").count > 3)
    #expect(stems(".pdf") == stems(".svg") && stems(".png") == stems(".svg"))
    let methods = String(decoding: try workspace.data("paper/methods.tex"), as: UTF8.self)
    #expect(methods.contains("bernoulli (dropout: zeroes units)"))

    #expect(try workspace.lethe("report", "r", "--paper", "again").status == 0)
    for name in names {
      #expect(try workspace.data("paper/\(name)") == workspace.data("again/\(name)"), "\(name)")
    }
  }

  @Test func whatCannotBe() throws {
    #expect(try workspace.lethe("run", "sweep.yaml", "--out", "r", "--seeds", "1").status == 0)
    try FileManager.default.createDirectory(
      at: workspace.url("bin"), withIntermediateDirectories: true)
    let converter = try workspace.shell("PATH=bin \"$LETHE\" report r --paper paper")
    #expect(converter.status == 2)
    #expect(
      converter.errors.contains(
        "expected the command rsvg-convert in PATH (Debian package librsvg2-bin), found none"))
    let two = try workspace.lethe("report", "r", "r", "--paper", "paper")
    #expect(two.status == 2 && two.errors.contains("--paper: expected one results folder"))
    try workspace.write("a file", to: "taken")
    let taken = try workspace.lethe("report", "r", "--paper", "taken")
    #expect(taken.status == 2 && taken.errors.contains("taken"), "\(taken.errors)")
    #expect(taken.errors.split(separator: "\n").count == 1)
  }
}
