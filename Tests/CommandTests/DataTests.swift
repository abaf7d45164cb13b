import Foundation
import Testing

/// Notes of commands on the data that they were given.
@Suite struct DataTests {
  let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Writes a small experiment with the given data settings.
  private func write(_ data: String, to name: String = "f.yaml", more: String = "") throws {
    try workspace.write(
      """
      name: tiny
      data: {\(data), holdout: 0}
      model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
      train: {steps: 2, batch: 4, sample_every: 0}
      metrics: {samples: 8, features: pixels}
      \(more)

      """, to: name)
  }

  /// Writes pictures of different sizes, so that their contents differ.
  private func writePictures(_ count: Int, to place: String) throws {
    for number in 0..<count {
      let side = 8 + number
      try workspace.write(BrokenData.png(side: side, rows: side), to: "\(place)/\(number).png")
    }
  }

  private let leftOut = "note: left out: 40 files that are not PNG or JPEG (40 .bmp)"

  @Test func filesOfOtherKindsAreSaidByEveryCommand() throws {
    try writePictures(4, to: "f")
    for number in 0..<40 { try workspace.write(Data([1]), to: "f/\(number).bmp") }
    try write("path: f, size: 8, channels: 1")
    for command in [
      ["train", "f.yaml"], ["run", "f.yaml", "--out", "r"],
      ["run", "f.yaml", "--out", "s", "--executor", "in-process"], ["check", "f.yaml"],
      ["bench", "f.yaml", "--steps", "5"],
      ["metrics", "--train", "f", "--generated", "f", "--features", "pixels", "--size", "8"],
    ] {
      let outcome = try workspace.lethe(command)
      #expect(outcome.status == 0, "\(command) \(outcome.errors)")
      #expect((outcome.output + outcome.errors).contains(leftOut), "\(command)")
    }
    let document = try workspace.json(workspace.lethe("check", "f.yaml", "--json").output)
    let data = try #require(document["data"] as? [String: Any])
    #expect(data["training"] as? Int == 4 && data["held_out"] as? Int == 0)
    #expect((data["notes"] as? [String])?.first.map { "note: " + $0 } == leftOut)
  }

  @Test func checkSaysWhatIsPlanted() throws {
    try writePictures(40, to: "f")
    try write("path: f, size: 8, channels: 1, canaries: {count: 2, repeats: [1, 4]}")
    let outcome = try workspace.lethe("check", "f.yaml")
    #expect(
      outcome.output.contains(
        "40 training examples, 0 held out, 4 canaries planted in 10 more rows"))
    let document = try workspace.json(workspace.lethe("check", "f.yaml", "--json").output)
    let data = try #require(document["data"] as? [String: Any])
    #expect(data["training"] as? Int == 40 && data["canaries"] as? Int == 4)
    try write("path: f, size: 8, channels: 1, canaries: {count: 9, repeats: [1, 4]}")
    let error = try workspace.lethe("train", "f.yaml")
    #expect(error.status == 2)
    #expect(
      error.errors.hasSuffix(
        "f.yaml:2: data.canaries: expected count × the sum of repeats of at most the 40 training examples, "
          + "found 45 (9 × (1 + 4))\n"), "\(error.errors)")
  }

  @Test func checkSaysWhichFilesAreSkipped() throws {
    try writePictures(4, to: "f")
    try workspace.write(BrokenData.png(side: 8, rows: 8).prefix(50), to: "f/bad.png")
    try write("path: f, size: 8, channels: 1, skip_broken: true")
    let outcome = try workspace.lethe("check", "f.yaml")
    #expect(outcome.output.contains("/f/bad.png: truncated"))
    #expect(outcome.output.contains("skipped 1 broken file\n"))
    let document = try workspace.json(workspace.lethe("check", "f.yaml", "--json").output)
    let data = try #require(document["data"] as? [String: Any])
    let skipped = try #require(data["skipped"] as? [[String: String]])
    #expect(skipped.count == 1 && skipped[0]["file"]?.hasSuffix("f/bad.png") == true)
  }

  /// A results folder inside the data folder is ignored. Each trial would otherwise train on the samples of
  /// those before it.
  @Test func resultsInsideTheDataAreNotRead() throws {
    try writePictures(5, to: ".")
    try write(
      "path: ., size: 8, channels: 1",
      more:
        "ablation: {placements: {none: null, g: 'generator.*.post_act'}, rates: [0.5], seeds: 2}")
    let before = try workspace.lethe("check", "f.yaml")
    #expect(before.output.contains("tiny: 5 training examples"))
    for out in ["runs/x", "y"] {
      let outcome = try workspace.lethe("run", "f.yaml", "--out", out)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let logs = workspace.names(in: out + "/trials").map { out + "/trials/" + $0 + "/output.log" }
      #expect(logs.count == 4)
      for log in logs {
        let text = try String(decoding: workspace.data(log), as: UTF8.self)
        #expect(text.contains("5 training examples"), "\(text)")
      }
    }
    let after = try workspace.lethe("check", "f.yaml")
    #expect(after.output.contains("tiny: 5 training examples"))
    #expect(
      after.output.contains(
        "note: left out: 2 results folders, whose files were made by trainings: runs/x, …"))
  }

  @Test func sizeAndChannelsComeFromTheData() throws {
    try workspace.write(
      BrokenData.npy("|u1", "(6, 12, 12, 1)", (0..<864).map { UInt8($0 % 251) }), to: "a.npy")
    try write("path: a.npy")
    let check = try workspace.lethe("check", "f.yaml")
    #expect(check.errors == "note: data.size=12, data.channels=1, as in the data\n")
    #expect(check.output.contains("[12, 12, 1]"))
    #expect(try workspace.lethe("train", "f.yaml").status == 0)
    let trial = try workspace.trial()
    let written = try String(
      decoding: workspace.data(trial + "/config.yaml"), as: UTF8.self)
    #expect(written.contains("  size: 12\n  channels: 1\n"))
    // A file that states the settled size itself means the same trial.
    try write("path: a.npy, size: 12, channels: 1")
    #expect(try workspace.lethe("train", "f.yaml").errors.contains("nothing to do"))
  }

  @Test func aRunSettlesSizesForItsTrials() throws {
    try workspace.write(
      BrokenData.npy("|u1", "(6, 12, 12, 1)", (0..<864).map { UInt8($0 % 251) }), to: "a.npy")
    try write("path: a.npy", more: "ablation: {grid: {model.latent: [2, 3]}, seeds: 1}")
    let outcome = try workspace.lethe("run", "f.yaml")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let trials = workspace.names(in: "results/tiny/trials")
    #expect(trials.count == 2)
    for name in trials {
      let text = try workspace.data("results/tiny/trials/\(name)/config.yaml")
      #expect(String(decoding: text, as: UTF8.self).contains("  size: 12\n  channels: 1\n"))
    }
    #expect(try workspace.lethe("run", "f.yaml").errors.contains("nothing to do"))
  }

  @Test func whatIsChangedIsSaid() throws {
    try workspace.write(
      BrokenData.npy("|u1", "(6, 12, 12, 1)", (0..<864).map { UInt8($0 % 251) }), to: "a.npy")
    try write("path: a.npy, size: 16, channels: 3")
    let lines = [
      "note: 6 images resized to 16×16 from 12×12",
      "note: 6 grey images given three equal channels",
    ]
    let check = try workspace.lethe("check", "f.yaml")
    let train = try workspace.lethe("train", "f.yaml")
    for line in lines { #expect(check.output.contains(line) && train.errors.contains(line)) }
  }

  @Test func picturesOfSeveralSizesNeedASize() throws {
    try writePictures(3, to: "f")
    try write("path: f")
    for command in ["check", "train"] {
      let outcome = try workspace.lethe(command, "f.yaml")
      #expect(outcome.status == 2)
      #expect(
        outcome.errors.contains("expected a shorter side of 8 pixels like ")
          && outcome.errors.contains("set a size to resize all images"))
    }
  }
}
