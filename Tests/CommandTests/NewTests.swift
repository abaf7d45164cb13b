import DataSupport
import Foundation
import Media
import Testing

/// `lethe new`: what it writes passes `lethe check`, and `lethe run` can run it.
@Suite struct NewTests {
  let workspace: Workspace
  private let folder: TemporaryFolder

  init() throws { (workspace, folder) = (try Workspace(), try TemporaryFolder()) }

  /// Grey or coloured pictures of several sizes.
  private func pictures(_ count: Int, isColor: Bool = false, to place: String) throws {
    for number in 0..<count {
      let side = 18 + number % 3
      let pixels = grey(number, height: 3 * side, width: side).samples
      let color = Raster(height: side, width: side, channels: 3, samples: pixels)
      try folder.writePNG(
        isColor ? color : grey(number, height: side, width: side), to: "\(place)/\(number).png")
    }
  }

  private func sounds(_ count: Int, to place: String) throws {
    for number in 0..<count {
      try folder.writeSound(noise(number, count: 300), rate: 8000, to: "\(place)/\(number).wav")
    }
  }

  private func array(_ shape: String, of count: Int) -> Data {
    BrokenData.npy("|u1", shape, (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) })
  }

  @Test(arguments: [
    ("grey", "model.hidden=[4]"), ("colour", "model.width=2"), ("sounds", "model.width=2"),
    ("array", "model.hidden=[4]"),
  ])
  func whatItWritesIsCheckedAndRun(_ kind: String, smaller: String) throws {
    var data = folder.path + "/d"
    switch kind {
    case "grey": try pictures(60, to: "d")
    case "colour": try pictures(130, isColor: true, to: "d")
    case "sounds": try sounds(60, to: "d")
    default:
      try workspace.write(array("(600, 12, 12)", of: 86_400), to: "d.npy")
      data = "d.npy"
    }
    let made = try workspace.lethe("new", "first", "--data", data)
    #expect(made.status == 0, "\(made.errors)")
    #expect(
      made.output.contains("first.yaml: a GAN of ")
        && made.output.contains("lethe check first.yaml"))
    let checked = try workspace.lethe("check", "first.yaml")
    #expect(checked.status == 0, "\(checked.errors)")
    #expect(checked.output.contains("3 arms × 7 seeds: 21 trials"))
    #expect(checked.output.contains("is found in 80% of cases"))
    #expect(!(checked.output + checked.errors).contains("warning:"), "\(checked.output)")
    let settings = [
      "train.steps=2", "train.sample_every=0", "train.batch=4", smaller,
      "metrics.samples=50",
      "metrics.features=pixels", "ablation.rates=[0.5]",
    ]
    let run = try workspace.lethe(
      ["run", "first.yaml", "--seeds", "1"] + settings.flatMap { ["--set", $0] })
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("2 trials: 2 finished"))
    #expect(workspace.names(in: "results/first").contains("report.html"))
  }

  @Test func theFileIsWhereItIsWanted() throws {
    try workspace.write(array("(60, 12, 12)", of: 8640), to: "data/x.npy")
    let made = try workspace.shell(
      "mkdir -p 'a b/c' && $LETHE new one --data data/x.npy --out 'a b/c/e.yaml'")
    #expect(
      made.status == 0 && made.output.contains("lethe check 'a b/c/e.yaml'"), "\(made.errors)")
    let text = String(decoding: try workspace.data("a b/c/e.yaml"), as: UTF8.self)
    #expect(text.contains("\n  path: \"../../data/x.npy\"\n"))
    #expect(try workspace.lethe("check", "a b/c/e.yaml").status == 0)
    let again = try workspace.lethe("new", "two", "--data", "data/x.npy", "--out", "a b/c/e.yaml")
    #expect(again.status == 2 && again.output.isEmpty)
    #expect(again.errors.hasPrefix("error: a b/c/e.yaml is there already: --force replaces it"))
    #expect(try workspace.data("a b/c/e.yaml") == Data(text.utf8))
    let forced = try workspace.lethe(
      "new", "two", "--data", "data/x.npy", "--out", "a b/c/e.yaml", "--force")
    #expect(forced.status == 0)
    #expect(try workspace.data("a b/c/e.yaml") != Data(text.utf8))
  }

  @Test(arguments: [
    (
      "x --data data/empty",
      "data/empty: expected .png, .jpg or .jpeg files or sounds such as .wav and .flac in the folder, found an empty folder"
    ),
    (
      "x --data data/both",
      "data/both: expected images or sounds in the folder, found both: 2 files of images and 1 of sounds"
    ),
    (
      "x --data data/three",
      "data/three: expected at least 60 images, which chance divides: the metrics need 20 to train on and 20 held out; found 3 grey images"
    ),
    (
      "x --data data/none",
      "data/none: expected a file or folder of images or sounds, found no such file"
    ),
    ("x --data data/results", "data/results: expected images or sounds, found a results folder"),
    ("x --data data/broken", "data/broken/a.png: truncated"),
    (
      "x --data tiny.yaml",
      "tiny.yaml: expected a folder of .png, .jpg or .jpeg files, a .npy, IDX or CIFAR-10 .bin file, found a file"
    ),
    ("../x --data data/three", "NAME: expected a name of at most 100 letters"),
    ("x.yaml --data data/three", "NAME: expected a name without .yaml"),
    ("tiny --data data/three", "tiny.yaml is there already"),
    ("x --data ''", "--data: expected a file or folder, found an empty name"),
    ("x --data data/three --out ''", "--out: expected a file, found an empty name"),
    ("x", "--data"),
  ]) func badInputIsOneErrorAndLeavesNothing(_ arguments: String, _ expected: String) throws {
    try folder.write("{}".utf8, to: "results/sweep.json")
    try folder.write("".utf8, to: "results/trials/x/log.jsonl")
    try pictures(3, to: "three")
    try pictures(2, to: "both")
    try sounds(1, to: "both")
    try folder.write(BrokenData.png(side: 8, rows: 8).prefix(20), to: "broken/a.png")
    _ = try workspace.shell("mkdir '\(folder.path)/empty'; ln -s '\(folder.path)' data")
    let before = workspace.names()
    let outcome = try workspace.shell("$LETHE new \(arguments)")
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(
      outcome.errors.hasPrefix("error: ") && outcome.errors.contains(expected), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count { $0.hasPrefix("error: ") } == 1)
    #expect(workspace.names() == before)
  }
}
