import Foundation
import Testing

/// One bad input: the changes to the experiment file, the files beside it, and the expected error.
struct BadInput: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var experiment: [(from: String, to: String)] = []
  var files: [String: Data] = [:]
  var expected: String
}

@Suite struct BadInputTests {
  let workspace = try! Workspace()

  private static let pixels = [UInt8](repeating: 7, count: 20 * 64)

  private static let progressive = try! Data(
    contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appending(path: "DataSupport/Fixtures/jpeg/color-444-progressive.jpg"))

  private static func data(_ name: String, _ file: String, _ bytes: Data, _ expected: String)
    -> BadInput
  {
    BadInput(
      testDescription: name,
      experiment: [("source: shapes", "path: \(file.hasPrefix("f/") ? "f" : file)")],
      files: [file: bytes], expected: expected)
  }

  private static func setting(_ from: String, _ to: String, _ expected: String) -> BadInput {
    BadInput(testDescription: to, experiment: [(from, to)], expected: expected)
  }

  private static func dropout(_ entries: String, _ expected: String) -> BadInput {
    setting("metrics: {samples: 3, features: pixels}", "dropout: [\(entries)]", expected)
  }

  static let files: [BadInput] = [
    data("text in a PNG", "f/a.png", Data("hello, world".utf8), "f/a.png: not a PNG"),
    data(
      "a truncated PNG", "f/a.png", BrokenData.png(side: 8, rows: 8).prefix(60), "f/a.png: trunc"),
    data("a PNG without its rows", "f/a.png", BrokenData.png(side: 8, rows: 4), "f/a.png"),
    data(
      "a huge PNG", "f/a.png", BrokenData.png(side: 40_000, rows: 0),
      "f/a.png: expected at most 67108864 pixels, found 40000×40000"),
    data(
      "a huge JPEG", "f/a.jpg", BrokenData.jpeg(side: 20_000, components: 3),
      "f/a.jpg: expected at most 67108864 pixels, found 20000×20000"),
    data(
      "a CMYK JPEG", "f/a.jpg", BrokenData.jpeg(side: 8, components: 4),
      "f/a.jpg: expected grey or colour (YCbCr or RGB), found CMYK"),
    data(
      "a progressive JPEG that is cut", "f/a.jpeg", progressive.prefix(progressive.count / 2),
      "f/a.jpeg: damaged or truncated: Premature end of JPEG file"),
    data(
      "rank 2", "x.npy", BrokenData.npy("|u1", "(20, 64)", pixels),
      "x.npy: expected images of shape [N, H, W]"),
    data(
      "two channels", "x.npy", BrokenData.npy("|u1", "(10, 8, 8, 2)", pixels),
      "x.npy: expected images of shape [N, H, W]"),
    data(
      "Fortran order", "x.npy", BrokenData.npy("|u1", "(20, 8, 8)", fortran: true, pixels),
      "x.npy: expected C order, found Fortran order"),
    data(
      "big-endian", "x.npy", BrokenData.npy(">f4", "(5, 8, 8)", pixels),
      "x.npy: expected little-endian numbers, found big-endian"),
    data(
      "pickled", "x.npy", BrokenData.npy("|O", "(20, 8, 8)", pixels), "pickled"),
    data(
      "truncated", "x.npy", BrokenData.npy("|u1", "(30, 8, 8)", pixels),
      "x.npy: truncated: expected 1920 bytes of data"),
    data(
      "a shape that overflows", "x.npy",
      BrokenData.npy("|u1", "(4611686018427387904, 8, 8)", pixels), "more than any file can hold"),
    data(
      "NaN", "x.npy", BrokenData.npy("<f4", "(5, 8, 8)", .init(repeating: 0xFF, count: 1280)),
      "x.npy: row 0 holds"),
    data(
      "no images", "x.npy", BrokenData.npy("|u1", "(0, 8, 8)", []), "expected at least one image"),
    setting("source: shapes", "path: missing", "missing: expected a file or folder of images"),
  ]

  static let settings: [BadInput] = [
    setting("train:", "trian:", "tiny.yaml:4: unknown key trian; did you mean train?"),
    setting("hidden:", "hiden:", "tiny.yaml:3: unknown key model.hiden; did you mean hidden?"),
    setting("family: gan", "family: gam", "found gam; did you mean gan?"),
    setting("source: shapes", "source: shape", "tiny.yaml:2: data.source"),
    setting("size: 8", "size: 7", "size: expected a side of at least 8, found 7"),
    setting(
      "backbone: mlp, latent: 4, hidden: [8]", "backbone: resnet, pool: none",
      "tiny.yaml:3: model.pool: expected max or average with backbone resnet, found none"),
    setting("batch: 8", "batch: 4001", "expected at most the 4000 training examples there are"),
    setting("batch: 8", "batch: 8.5", "tiny.yaml:4: train.batch: expected an integer"),
    setting(
      "holdout: 0", "holdout: 0, augment: {manifold_mixup: {at: 'generator.*'}}",
      "tiny.yaml:2: data.augment.manifold_mixup.at: expected a glob of sites of activations"),
    setting(
      "holdout: 0", "holdout: 0, augment: {manifold_mixup: {at: 'discriminator.[b'}}",
      "tiny.yaml:2: data.augment.manifold_mixup.at: expected a closing ]"),
    setting("name: tiny", "name: ../tiny", "name: expected a name"),
    setting("name: tiny", "name: [", "tiny.yaml:"),
    setting(
      "hidden: [8]", "hidden: [65536, 65536, 65536]", "expected variables that fit in memory"
    ),
    setting("train:", "loss: {gp_lambda: .nan}\ntrain:", "loss.gp_lambda: expected a number"),
    setting(
      "features: pixels", "features: pixels, primary: {diversity: frechet}",
      "tiny.yaml:5: metrics.primary.diversity: expected one of frechet_distance, "),
    setting(
      "features: pixels", "features: pixels, primary: {diversity: fid}",
      "found fid; did you mean frechet_distance?"),
    setting(
      "features: pixels", "features: pixels, probes: [sparsity]",
      "tiny.yaml:5: metrics.probes: expected some of activation_sparsity, "),
    setting(
      "features: pixels", "features: net.safetensors", "net.safetensors: cannot read: No such"),
    BadInput(
      testDescription: "too many folds",
      experiment: [
        ("family: gan", "family: vae"), (", minibatch_stddev: false", ""),
        ("features: pixels", "features: pixels, memorization_score: {folds: 2}"),
        ("holdout: 0", "holdout: 0, limit: 15"),
      ],
      expected: "tiny.yaml:5: metrics.memorization_score.folds: expected folds that leave a batch"),
    setting(
      "train:", "optimizer: {learning_rate: 1e308}\ntrain:",
      "tiny.yaml:4: optimizer.learning_rate: expected a number > 0; none beyond 1e+30 in size, found 1e308"
    ),
    setting(
      "train:", "loss: {l2: 1e31}\ntrain:",
      "tiny.yaml:4: loss.l2: expected a number ≥ 0; none beyond 1e+30 in size, found 1e31"),
    dropout("{at: '*.post_act', rate: 1}", "dropout.0.rate: expected a number in 0 ≤ rate < 1"),
    dropout("{at: '*.post_act', rate: -0.1}", "found -0.1"),
    dropout("{at: '*.post_act', rate: '0.3'}", "found the string \"0.3\""),
    dropout("{at: '*.post_act', rate: .nan}", "found .nan"),
    dropout("{at: '*.post_act', keep_prob: 0.3}", "write rate: 0.7"),
    dropout("{type: bernouli, at: '*.post_act', rate: 0.3}", "bernoulli"),
    dropout("{at: 'nope.*', rate: 0.3}", "expected a glob that matches a site"),
    dropout(
      "{at: '*.post_act', rate: 0.3}, {at: 'generator.*', rate: 0.1}",
      "expected sites without another entry, found generator.block1.post_act"),
    dropout("{type: spatial, at: '*.post_act', rate: 0.3}", "dropout.0"),
  ]

  @Test(arguments: files + settings)
  func saysOnceWhatIsWrongAndLeavesNothing(_ input: BadInput) throws {
    var text = Workspace.tiny
    for (from, to) in input.experiment {
      try #require(text.contains(from))
      text = text.replacingOccurrences(of: from, with: to)
    }
    try workspace.write(text, to: "tiny.yaml")
    for (path, bytes) in input.files { try workspace.write(bytes, to: path) }
    let before = workspace.names()
    for command in ["train", "check", "run"] {
      let outcome = try workspace.lethe(command, "tiny.yaml")
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      let errors = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
      #expect(errors.count == 1 && outcome.errors.contains(input.expected), "\(outcome.errors)")
      #expect(workspace.names() == before)
    }
  }

  @Test func anEmptyFolder() throws {
    try FileManager.default.createDirectory(
      at: workspace.url("f"), withIntermediateDirectories: true)
    let outcome = try workspace.lethe(
      "train", "tiny.yaml", "--set", "data.source=null", "--set", "data.path=f")
    #expect(outcome.status == 2 && outcome.errors.contains("found an empty folder"))
  }

  @Test func brokenFilesAreSkippedOnRequest() throws {
    try workspace.write(BrokenData.png(side: 8, rows: 8), to: "f/good.png")
    try workspace.write(BrokenData.png(side: 8, rows: 8).prefix(50), to: "f/bad.png")
    try workspace.write(
      Workspace.tiny.replacingOccurrences(of: "source: shapes", with: "path: f, skip_broken: true")
        .replacingOccurrences(of: "batch: 8", with: "batch: 1"), to: "tiny.yaml")
    let outcome = try workspace.lethe("train", "tiny.yaml")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("f/bad.png: trunc"))
    #expect(outcome.errors.contains("skipped 1 broken file"))
  }

  // MARK: Results folders

  @Test(arguments: ["tiny.yaml", "tiny.yaml/results", "/proc/results", "/dev/full"])
  func foldersThatCannotBe(_ out: String) throws {
    let outcome = try workspace.lethe("train", "tiny.yaml", "--out", out)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("error: ") && outcome.errors.contains("cannot make a folder"))
    #expect(workspace.names() == ["tiny.yaml"])
  }

  @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
  func aReadOnlyFolder() throws {
    let outcome = try workspace.shell("mkdir r && chmod a-w r && $LETHE train tiny.yaml --out r/x")
    #expect(outcome.status == 2 && outcome.errors.contains("Permission denied"))
  }

  @Test func aFullDiskIsARunThatFailedAndCanGoOn() throws {
    let mounted = try workspace.shell("mkdir full && mount -t tmpfs -o size=200k tmpfs full")
    guard mounted.status == 0 else { return }
    defer { _ = try? workspace.shell("umount full") }
    try workspace.write(Data(count: 196 << 10), to: "full/ballast")
    let outcome = try workspace.lethe("train", "tiny.yaml", "--out", "full/r")
    #expect(outcome.status == 1)
    #expect(outcome.errors.lowercased().contains("no space left on device"))
    try FileManager.default.removeItem(at: workspace.url("full/ballast"))
    #expect(try workspace.lethe("train", "tiny.yaml", "--out", "full/r").status == 0)
  }
}
