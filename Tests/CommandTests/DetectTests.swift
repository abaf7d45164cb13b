import Foundation
import Testing

/// Detectors and classifiers from the command line.
@Suite struct DetectTests {
  let workspace: Workspace

  /// A detector of shapes made by a generator that has hardly been trained.
  static let detector = """
    name: detector
    data: {genuine: shapes, generated: GENERATED, size: 8, channels: 1, limit: 400}
    model: {family: detector, backbone: mlp, hidden: [16]}
    train: {steps: 80, batch: 16}
    metrics: {samples: 300, attacks: {fgsm: [0, 10], pgd: [10], pgd_steps: 2}}

    """

  init() throws {
    workspace = try Workspace()
    try workspace.lethe("train", "tiny.yaml", "--out", "g")
    try workspace.write(
      Self.detector.replacingOccurrences(of: "GENERATED", with: "g"), to: "d.yaml")
  }

  private func metrics(_ results: String) throws -> [String: [String: Any]] {
    let text = try workspace.data(workspace.trial(in: results) + "/metrics.json")
    let document = try workspace.json(String(decoding: text, as: UTF8.self))
    return try #require(document["values"] as? [String: [String: Any]])
  }

  @Test func detectorOfACheckpoint() throws {
    let trained = try workspace.lethe("train", "d.yaml", "--out", "d")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains("predictions: "))
    let values = try metrics("d")
    func value(_ key: String) throws -> Double { try #require(values[key]?["value"] as? Double) }
    #expect(try value("auc") > 0.95)
    #expect(try value("equal_error_rate") < 0.1)
    #expect(try value("accuracy_fgsm_0") == value("accuracy"))
    #expect(try value("accuracy_fgsm_10") < value("accuracy"))
    // One score per file, high for generated files.
    let checkpoint = try workspace.trial(in: "d") + "/checkpoint.safetensors"
    let source = try workspace.trial(in: "g") + "/checkpoint.safetensors"
    try workspace.lethe("generate", source, "--count", "9", "--seed", "5", "--out", "made")
    try workspace.write(Data([1]), to: "made/other.bmp")
    let scored = try workspace.lethe("detect", checkpoint, "made")
    #expect(scored.errors.contains("note: left out: 1 file that is not PNG or JPEG (1 .bmp)"))
    let rows = scored.output.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows[0] == ["file", "score"] && rows.count == 10)
    #expect(rows[1][0] == "made/00000.png")
    #expect(rows.dropFirst().allSatisfy { (Double($0[1]) ?? 0) > 0.5 })
    let written = try workspace.lethe("detect", checkpoint, "made/00003.png", "--out", "s.csv")
    #expect(written.output == "s.csv\n")
    #expect(
      try String(decoding: workspace.data("s.csv"), as: UTF8.self)
        == "file,score\n\(rows[4].joined(separator: ","))\n")
  }

  @Test func classesOfFolders() throws {
    let source = try workspace.trial(in: "g") + "/checkpoint.safetensors"
    try workspace.lethe("generate", source, "--count", "40", "--out", "f/made")
    for number in 0..<40 {
      try workspace.write(BrokenData.png(side: 8, rows: 8), to: "f/black, all/\(number).png")
    }
    try workspace.write(
      """
      name: c
      data: {path: f, size: 8, channels: 1, holdout: 0.3}
      model: {family: classifier, backbone: mlp, hidden: [8]}
      train: {steps: 300, batch: 8}
      metrics: {samples: 20}

      """, to: "c.yaml")
    let trained = try workspace.lethe("train", "c.yaml", "--out", "c")
    #expect(trained.status == 0, "\(trained.errors)")
    let checkpoint = try workspace.trial(in: "c") + "/checkpoint.safetensors"
    let scored = try workspace.lethe("detect", checkpoint, "f")
    let rows = scored.output.split(separator: "\n")
    #expect(rows[0] == "file,class,\"p_black, all\",p_made" && rows.count == 81)
    #expect(rows[1].hasPrefix("\"f/black, all/0.png\",\"black, all\",0."))
    try workspace.write(Data("no picture".utf8), to: "f/made/broken.png")
    let broken = try workspace.lethe("detect", checkpoint, "f")
    #expect(broken.status == 2 && broken.output.isEmpty)
    #expect(broken.errors.contains("f/made/broken.png: not a PNG"))
    let rest = try workspace.lethe("detect", checkpoint, "f", "--skip-broken")
    #expect(rest.status == 0 && rest.output.split(separator: "\n").count == 81)
  }

  /// Both classes are the same data, so the area under the curve is chance, within its interval.
  @Test func genuineAsGenerated() throws {
    try workspace.write(
      Self.detector.replacingOccurrences(of: "GENERATED", with: "shapes"), to: "same.yaml")
    #expect(try workspace.lethe("train", "same.yaml", "--out", "same").status == 0)
    let area = try #require(try metrics("same")["auc"])
    #expect(try #require(area["low"] as? Double) <= 0.5)
    #expect(try #require(area["high"] as? Double) >= 0.5)
    #expect(abs(try #require(area["value"] as? Double) - 0.5) < 0.05)
  }

  @Test func whatIsNoDetector() throws {
    let source = try workspace.trial(in: "g") + "/checkpoint.safetensors"
    let generator = try workspace.lethe("detect", source, ".")
    #expect(generator.status == 2)
    #expect(
      generator.errors.contains(
        "checkpoint.safetensors: expected a checkpoint of a detector or classifier, found one of a gan"
      ))
    try workspace.lethe("train", "d.yaml", "--out", "d")
    let checkpoint = try workspace.trial(in: "d") + "/checkpoint.safetensors"
    let generated = try workspace.lethe("generate", checkpoint)
    #expect(generated.status == 2)
    #expect(
      generated.errors.contains("expected a checkpoint of a gan or vae, found one of a detector"))
    let empty = try workspace.lethe("detect", checkpoint, "d")
    #expect(empty.status == 2)
    #expect(
      empty.errors.contains("d: expected .png, .jpg or .jpeg files in the folder, found none"))
    #expect(try workspace.lethe("detect", checkpoint, "none").errors.contains("found no such file"))
  }

  @Test func aCheckpointWithoutItsClasses() throws {
    try workspace.lethe("train", "d.yaml", "--out", "d")
    let checkpoint = try workspace.trial(in: "d") + "/checkpoint.safetensors"
    var bytes = try workspace.data(checkpoint)
    let key = try #require(bytes.range(of: Data("\"classes\"".utf8)))
    bytes.replaceSubrange(key, with: Data("\"glasses\"".utf8))
    try workspace.write(bytes, to: "broken.safetensors")
    let outcome = try workspace.lethe("detect", "broken.safetensors", ".")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains(
        "classes: expected names of the 2 classes in the metadata, found 0"), "\(outcome.errors)")
  }

  @Test(arguments: [
    ("g", "nowhere", "nowhere: expected a file or folder of images, found no such file"),
    ("d: {", "", "not valid YAML"),
    (
      "generated: g", "generated: sounds",
      "sounds: expected .png, .jpg or .jpeg files or CIFAR-10's data_batch_*.bin in the folder, found 1 files and folders"
    ),
    ("limit: 400", "holdout: 0", "data.holdout: expected held-out examples of both classes"),
    ("metrics: {", "metrics: {probes: [sparsity], ", "expected some of activation_sparsity,"),
    (
      "metrics: {", "metrics: {primary: {performance: acuracy}, ",
      "metrics.primary.performance: expected one of accuracy, auc,"
    ),
    (
      "hidden: [16]}", "hidden: [16]}\ndropout: [{at: 'generator.*'}]", "a glob that matches a site"
    ),
    ("fgsm: [0, 10]", "fgsm: [.inf]", "metrics.attacks.fgsm: expected a number"),
    (
      "metrics: {", "metrics: {corruptions: {blur: [1e19]}, ",
      "metrics.corruptions.blur: expected a number in 0 ≤ blur < 1000"
    ),
  ])
  func badDetectors(_ from: String, _ to: String, _ expected: String) throws {
    try workspace.write("x", to: "sounds/a.wav")
    let text = Self.detector.replacingOccurrences(of: "GENERATED", with: "g")
    let changed =
      from == "g"
      ? Self.detector.replacingOccurrences(of: "GENERATED", with: to)
      : text.replacingOccurrences(of: from, with: to)
    try workspace.write(from == "d: {" ? "name: d: {" : changed, to: "bad.yaml")
    let outcome = try workspace.lethe("train", "bad.yaml", "--out", "bad")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(expected), "\(outcome.errors)")
    #expect(workspace.names(in: "bad") == [])
  }

  @Test func aClaimAboutArmsThatThereAreNot() throws {
    try workspace.write(
      Workspace.tiny.replacing("samples: 3", with: "samples: 20") + """
        claim: {says: a, source: b, reproduced_if: [{metric: vendi, contrast: {genrator: 1, none: -1}, above: 0}]}
        ablation: {placements: {none: null, generator: "generator.*.post_act"}, seeds: 2}

        """, to: "claim.yaml")
    let outcome = try workspace.lethe("check", "claim.yaml")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains(
        "claim.reproduced_if.0.contrast.genrator: expected one of the arms none, generator-bernoulli-0.5, found genrator"
      ), "\(outcome.errors)")
    try workspace.write(
      String(decoding: workspace.data("claim.yaml"), as: UTF8.self)
        .replacingOccurrences(of: "genrator", with: "generator-bernoulli-0.5"), to: "claim.yaml")
    let unknown = try workspace.lethe(
      "run", "claim.yaml", "--out", "x", "--set", "claim.reproduced_if.0.metric=recal.x")
    #expect(unknown.status == 2 && unknown.errors.contains("found recal; did you mean recall?"))
    #expect(
      try workspace.lethe("check", "claim.yaml").output.contains(
        "a verdict needs 6 seeds, so every one will be inconclusive\n2 seeds"))
    for (condition, message) in [
      ("{metric: recal, arm: none, above: 0}", "claim.valid_if.0.metric: expected one of"),
      (
        "{metric: recall, arm: non, above: 0}",
        "claim.valid_if.0.arm: expected one of the arms none, generator-bernoulli-0.5, found non"
      ),
      ("{metric: accuracy_gap, arm: none, above: 0}", "found accuracy_gap"),
    ] {
      let wrong = try workspace.lethe(
        "check", "claim.yaml", "--set", "claim.valid_if=[\(condition)]")
      #expect(wrong.status == 2 && wrong.errors.contains(message), "\(wrong.errors)")
    }
    #expect(try workspace.lethe("run", "claim.yaml", "--out", "all/c").status == 0)
    let table = try workspace.lethe("claims", "all")
    #expect(table.output == "c: inconclusive\nall/README.md\n")
    #expect(Set(workspace.names(in: "all/c")).isSuperset(of: ["claim.svg", "README.md"]))
    #expect(workspace.names(in: "all").contains("effects.svg"))
    #expect(try workspace.lethe("claims", "g").status == 2)
  }
}
