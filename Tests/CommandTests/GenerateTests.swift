import Foundation
import Testing

@Suite struct GenerateTests {
  let workspace: Workspace
  private let checkpoint: String

  init() throws {
    workspace = try Workspace()
    try workspace.lethe("train", "tiny.yaml", "--out", "r")
    checkpoint = try workspace.trial(in: "r") + "/checkpoint.safetensors"
  }

  @Test func countSeedAndFolder() throws {
    let first = try workspace.lethe("generate", checkpoint, "--count", "70", "--out", "a")
    #expect(first.status == 0 && first.output == "a\n")
    #expect(workspace.names(in: "a").count == 70 && workspace.names(in: "a").last == "00069.png")
    try workspace.lethe("generate", checkpoint, "--count", "3", "--out", "b")
    try workspace.lethe("generate", checkpoint, "--count", "3", "--out", "c", "--seed", "1")
    #expect(try workspace.data("a/00002.png") == workspace.data("b/00002.png"))
    #expect(try workspace.data("a/00002.png") != workspace.data("c/00002.png"))
  }

  @Test func arraysAndLatents() throws {
    try workspace.lethe("generate", checkpoint, "--count", "2", "--npy", "x.npy")
    #expect(workspace.names() == ["r", "tiny.yaml", "x.npy"])
    let array = try workspace.data("x.npy")
    #expect(String(decoding: array, as: UTF8.self).contains("(2, 8, 8, 1)"))
    #expect(array.count == 128 + 2 * 64 * 4)
    try workspace.write(
      BrokenData.npy("<f4", "(2, 4)", [UInt8](repeating: 0, count: 32)), to: "zero.npy")
    let outcome = try workspace.lethe(
      "generate", checkpoint, "--latents", "zero.npy", "--npy", "y.npy", "--out", "y")
    #expect(outcome.status == 0 && outcome.output == "y.npy\ny\n")
    #expect(workspace.names(in: "y") == ["00000.png", "00001.png"])
    #expect(try workspace.data("y/00000.png") == workspace.data("y/00001.png"))
  }

  @Test func interpolationEndsAtTheTwoFirstSamples() throws {
    try workspace.lethe("generate", checkpoint, "--count", "2", "--out", "ends")
    try workspace.lethe("generate", checkpoint, "--count", "5", "--interpolate", "--out", "walk")
    #expect(workspace.names(in: "walk").count == 5)
    #expect(try workspace.data("walk/00000.png") == workspace.data("ends/00000.png"))
    #expect(try workspace.data("walk/00004.png") == workspace.data("ends/00001.png"))
  }

  @Test(arguments: [
    ("--latents tiny.yaml", "tiny.yaml"),
    ("--latents wide.npy", "expected latents of shape [count, 4]"),
    ("--npy none/x.npy", "none/x.npy: cannot write: No such file"),
    ("--npy /dev/full", "/dev/full: expected a regular file"),
    ("--npy .", ".: cannot write: Is a directory"),
    ("--out tiny.yaml", "tiny.yaml: cannot make a folder"),
  ])
  func badPlaces(_ options: String, _ expected: String) throws {
    try workspace.write(
      BrokenData.npy("<f4", "(1, 5)", [UInt8](repeating: 0, count: 20)), to: "wide.npy")
    let before = workspace.names()
    let outcome = try workspace.shell("$LETHE generate \(checkpoint) \(options)")
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains(expected))
    #expect(workspace.names() == before)
  }

  @Test func aFolderIsCompleteOrNotThere() throws {
    let mounted = try workspace.shell("mkdir full && mount -t tmpfs -o size=200k tmpfs full")
    guard mounted.status == 0 else { return }
    defer { _ = try? workspace.shell("umount full") }
    let full = try workspace.lethe("generate", checkpoint, "--out", "full/x", "--count", "500")
    #expect(full.status == 1)
    #expect(full.errors.contains("No space left on device"), "\(full.errors)")
    #expect(workspace.names(in: "full").isEmpty)
    #expect(
      try workspace.lethe("generate", checkpoint, "--out", "full/x", "--count", "9").status == 0)
    #expect(workspace.names(in: "full/x").count == 9)
    let npy = try workspace.lethe("generate", checkpoint, "--npy", "full/x.npy", "--count", "5000")
    #expect(npy.status == 1 && npy.errors.contains("No space left on device"))
    #expect(workspace.names(in: "full") == ["x"])
  }

  // MARK: Broken checkpoints

  /// Ways to damage a checkpoint's bytes, with the error that each must give.
  static let damages: [(name: String, expected: String, damage: @Sendable (Data) -> Data)] = [
    ("empty", "found only 0 bytes", { _ in Data() }),
    ("cut", "cut short or damaged", { $0.prefix($0.count / 2) }),
    (
      "claim", "found a claim of 9223372036854775808",
      { [0, 0, 0, 0, 0, 0, 0, 0x80] + $0.dropFirst(8) }
    ),
    ("long", "belong to no tensor", { $0 + [0, 0] }),
    ("text", "tiny.yaml", { _ in Data(Workspace.tiny.utf8) }),
  ]

  @Test(arguments: GenerateTests.damages.indices)
  func damagedCheckpoints(_ index: Int) throws {
    let (_, expected, damage) = Self.damages[index]
    let name = index == 4 ? "tiny.yaml" : "bad.safetensors"
    let whole = try workspace.data(checkpoint)
    let bytes = damage(whole)
    try workspace.write(bytes, to: name)
    let generated = try workspace.lethe("generate", name)
    #expect(generated.status == 2 && generated.errors.contains(expected))
    // The same bytes in place of the trial's own checkpoint.
    try workspace.write(Workspace.tiny, to: "tiny.yaml")
    try workspace.write(bytes, to: checkpoint)
    try FileManager.default.removeItem(at: workspace.url(workspace.trial(in: "r") + "/status.json"))
    let trained = try workspace.lethe("train", "tiny.yaml", "--out", "r")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(
      trained.errors.contains(
        "; checkpoint.safetensors is kept as checkpoint.safetensors.broken; the trial starts over\n"
      ))
    #expect(try workspace.data(checkpoint + ".broken") == bytes)
    #expect(try workspace.data(checkpoint) == whole)
  }

  @Test func aCheckpointOfAnotherModel() throws {
    try workspace.lethe("train", "tiny.yaml", "--out", "s", "--set", "model.latent=5")
    let other = try workspace.trial(in: "s") + "/checkpoint.safetensors"
    try workspace.write(workspace.data(other), to: checkpoint)
    try FileManager.default.removeItem(at: workspace.url(workspace.trial(in: "r") + "/status.json"))
    let outcome = try workspace.lethe("train", "tiny.yaml", "--out", "r")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("expected a checkpoint of this trial, found one of another"))
  }
}
