import Foundation
import Testing

@Suite struct ExportTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(RunTests.ablation, to: "sweep.yaml")
  }

  /// The report made of an archive is that made of the folder, to the byte.
  @Test func anArchiveHasWhatAReportNeeds() throws {
    #expect(try workspace.lethe("run", "sweep.yaml", "--out", "r", "--seeds", "1").status == 0)
    let made = try workspace.lethe("export", "r")
    #expect(made.status == 0 && made.output == "sweep.tar.gz\n", "\(made.errors)")
    let archive = try workspace.data("sweep.tar.gz")
    #expect(try workspace.lethe("export", "r", "--out", "again.tar.gz").status == 0)
    #expect(try workspace.data("again.tar.gz") == archive)
    let names = try workspace.shell("tar -tzf sweep.tar.gz").output.split(separator: "\n")
    #expect(names.contains("sweep.json") && names.count { $0.hasSuffix("metrics.json") } == 8)
    #expect(!names.contains { $0.hasSuffix("safetensors") || $0.contains(".lock") })

    let here = try workspace.lethe("report", "r", "--out", "here.html")
    try workspace.write(archive, to: "elsewhere/sweep.tar.gz")
    try FileManager.default.removeItem(at: workspace.url("r"))
    let there = try workspace.lethe("report", "elsewhere/sweep.tar.gz")
    #expect(here.status == 0 && there.status == 0, "\(there.errors)")
    #expect(there.output == here.output.replacing("here.html", with: "sweep.html"))
    #expect(try workspace.data("sweep.html") == workspace.data("here.html"))
  }

  /// A picture that is too large for the archive is named.
  @Test func largePicturesAreNamed() throws {
    #expect(try workspace.lethe("train", "tiny.yaml").status == 0)
    let picture = "\(try workspace.trial())/nearest.png"
    try workspace.write(Data(count: 1_000_001), to: picture)
    let made = try workspace.lethe("export", "results/tiny")
    let path = picture.replacing("results/tiny/", with: "")
    #expect(made.status == 0 && made.errors == "note: \(path) is too large to go along\n")
    #expect(try !workspace.shell("tar -tzf tiny.tar.gz").output.contains("nearest.png"))
  }

  @Test func whatIsNoArchive() throws {
    try workspace.write("no archive", to: "a.tar.gz")
    let broken = try workspace.lethe("report", "a.tar.gz")
    #expect(broken.status == 2 && broken.errors.contains("a.tar.gz: tar: "), "\(broken.errors)")
    #expect(broken.errors.split(separator: "\n").count == 1)
    #expect(try workspace.lethe("report", "b.tar.gz").status == 2)
    let nowhere = try workspace.lethe("export", "nowhere")
    #expect(nowhere.status == 2 && nowhere.errors.contains("nowhere: expected"))
    let name = try workspace.lethe("export", "nowhere", "--out", "a.zip")
    #expect(
      name.status == 2 && name.errors.contains("--out: expected a name that ends with .tar.gz"))
    #expect(!workspace.names().contains { $0.hasSuffix(".html") || $0.contains("lethe-tmp") })
  }
}
