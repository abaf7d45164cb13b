import Foundation
import Testing

/// What leaves a results folder: archives, and what a paper needs.
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

  // MARK: Papers

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

  @Test func whatNoPaperIsMadeOf() throws {
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
    let media = try workspace.lethe("report", "r", "--media", "1", "--paper", "paper")
    #expect(media.status == 2 && media.errors.contains("neither --out nor --media"))
    try workspace.write("a file", to: "taken")
    let taken = try workspace.lethe("report", "r", "--paper", "taken")
    #expect(taken.status == 2 && taken.errors.contains("taken"), "\(taken.errors)")
    #expect(taken.errors.split(separator: "\n").count == 1)
  }
}
