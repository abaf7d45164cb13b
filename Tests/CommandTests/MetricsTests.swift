import Foundation
import Testing

/// Runs `lethe metrics` as users do.
@Suite struct MetricsTests {
  let workspace = try! Workspace()

  private func rows(_ count: Int, _ dimension: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count * dimension).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
  }

  private func writeSets() throws {
    for (index, name) in ["t", "p", "g"].enumerated() {
      let values = rows(80, 3, seed: UInt64(index + 1))
      try workspace.write(NumpyArray.data(values, shape: [80, 3]), to: name + ".npy")
    }
  }

  private static let usual = [
    "metrics", "--train", "t.npy", "--holdout", "p.npy", "--generated", "g.npy",
  ]

  @Test func jsonIsOneDocumentAndTheSameForAnyThreads() throws {
    try writeSets()
    let one = try workspace.lethe(Self.usual + ["--json", "--threads", "1"])
    let two = try workspace.lethe(Self.usual + ["--json", "--threads", "2"])
    #expect(one.status == 0 && one.output == two.output)
    let json = try workspace.json(one.output)
    #expect(Set(json.keys) == ["sizes", "features", "values"])
    #expect((json["sizes"] as? [String: Int])?["train"] == 80)
    let values = try #require(json["values"] as? [String: [String: Any]])
    #expect(values["authenticity"]?["value"] is Double && values["authenticity"]?["null"] is Double)
    #expect((values["copy_rate"]?["reason"] as? String)?.contains("at least 500") == true)
  }

  /// Models that trials have kept are measured as the trained one is, once; the last one is the trained one.
  @Test func keptModelsAreMeasuredAfterwards() throws {
    let checkpoints = "metrics: {samples: 30, features: pixels, every: 20, checkpoints: [20, 40]}"
    let text = Workspace.tiny.replacing(
      "metrics: {samples: 3, features: pixels}", with: checkpoints
    ).replacing("holdout: 0", with: "holdout: 0.3, limit: 60")
    try workspace.write(text, to: "kept.yaml")
    try workspace.lethe("train", "kept.yaml", "--out", "kept")
    let trial = try workspace.trial(in: "kept")
    let command = ["metrics", "--results", "kept", "--checkpoints"]
    #expect(try workspace.lethe(command).errors.contains("2 models measured"))
    #expect(
      try workspace.data("\(trial)/checkpoints/000040/metrics.json")
        == workspace.data("\(trial)/metrics.json"))
    #expect(
      try workspace.data("\(trial)/checkpoints/000020/metrics.json")
        != workspace.data("\(trial)/metrics.json"))
    let report = try workspace.json(
      String(decoding: workspace.data("kept/report.json"), as: UTF8.self))
    let trials = try #require(report["trials"] as? [[String: Any]])
    let curves = try #require(trials.first?["checkpoints"] as? [String: [String: Any]])
    #expect(curves["frechet_distance"]?["steps"] as? [Int] == [20, 40])
    #expect(try workspace.lethe(command).errors.contains("0 models measured"))
    try FileManager.default.removeItem(at: workspace.url("\(trial)/checkpoints/000020"))
    let gone = try workspace.lethe(command)
    #expect(
      gone.status == 2
        && gone.errors.contains(
          "checkpoints/000020/checkpoint.safetensors: metrics.checkpoints: expected the checkpoint that training kept "
            + "after 20 steps, found none, it is gone (--fresh of lethe run trains anew)")
    )
  }

  /// With a test set, kept models have the numbers that models are chosen by as well, as the trained one has.
  @Test func keptModelsHaveValidationValues() throws {
    let text = Workspace.tiny.replacing(
      "metrics: {samples: 3, features: pixels}",
      with: "metrics: {samples: 30, features: pixels, checkpoints: [40]}"
    ).replacing("holdout: 0", with: "holdout: 0.3, test: 0.3, limit: 60")
    try workspace.write(text, to: "kept.yaml")
    try workspace.lethe("train", "kept.yaml", "--out", "kept")
    let trial = try workspace.trial(in: "kept")
    let measured = try workspace.lethe("metrics", "--results", "kept", "--checkpoints")
    #expect(measured.errors.contains("1 models measured"), "\(measured.errors)")
    let own = try workspace.data("\(trial)/metrics.json")
    #expect(String(decoding: own, as: UTF8.self).contains("\"validation\""))
    #expect(try workspace.data("\(trial)/checkpoints/000040/metrics.json") == own)
  }

  @Test(arguments: [
    ("--results x", "--results: expected --checkpoints beside it, found none"),
    ("--checkpoints", "--checkpoints: expected --results FOLDER beside it, found none"),
    ("--results x --checkpoints --seed 0", "--seed: expected none beside --results"),
    (
      "--results x --checkpoints", "x: expected a results folder, found a folder without sweep.json"
    ),
    ("--train t.npy", "--generated: expected a file or folder, found none"),
  ])
  func wrongSourcesAreOneError(_ options: String, _ message: String) throws {
    let wrong = try workspace.lethe(
      ["metrics"] + options.split(separator: " ").map(String.init))
    #expect(wrong.status == 2 && wrong.errors.contains(message), "\(wrong.errors)")
  }

  @Test func theTableSaysWhatIsMeant() throws {
    try writeSets()
    let all = try workspace.lethe(Self.usual + ["--timing"])
    #expect(all.status == 0 && all.errors.contains("time with controls"))
    for part in ["80 generated, 80 training, 80 held out", "memorization", "null:", "planted"] {
      #expect(all.output.contains(part))
    }
    let only = try workspace.lethe(Self.usual + ["--only", "recall,vendi", "--out", "pairs"])
    #expect(only.output.contains("recall") && !only.output.contains("coverage"))
    #expect(workspace.names(in: "pairs") == ["nearest.csv"])
    let without = try workspace.lethe(
      ["metrics", "--train", "t.npy", "--generated", "g.npy", "--sample", "50"])
    #expect(without.status == 0 && without.output.contains("ct: no value: needs held-out examples"))
    #expect(without.errors.contains("50 random examples of 80 training ones are used"))
  }

  @Test(
    arguments: [
      (
        "nan", [0, 1, .nan, 3], [2, 2],
        "g.npy: row 1, column 0: expected a finite number, found nan"
      ),
      (
        "large", [0, 1, 1e300, 3], [2, 2],
        "g.npy: row 1, column 0: expected a number of at most 1e15 in size, found 1e+300"
      ),
      ("infinite", [0, .infinity], [1, 2], "g.npy: row 0, column 1: expected a finite number"),
      ("rows", [], [0, 3], "g.npy: expected at least one row and one column"),
      ("columns", [], [4, 0], "g.npy: expected at least one row and one column"),
      ("other d", [1, 2, 3, 4], [2, 2], "g.npy: expected 3 features as in t.npy, found 2"),
    ] as [(String, [Double], [Int], String)])
  func badArrays(_ name: String, _ values: [Double], _ shape: [Int], _ expected: String) throws {
    try writeSets()
    try workspace.write(NumpyArray.data(values, shape: shape), to: "g.npy")
    let outcome = try workspace.lethe(Self.usual + ["--out", "pairs"])
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("error: \(expected)"), "\(outcome.errors)")
    #expect(!workspace.names().contains("pairs"))
  }

  @Test(arguments: [
    [1, 3], [80, 3], [3, 1],
  ])
  func unusualSetsGetAnAnswer(_ shape: [Int]) throws {
    // Constant columns and three equal sets, one shape with a single row.
    let constant = [Double](repeating: 2, count: shape[0] * shape[1])
    for name in ["t", "p", "g"] {
      try workspace.write(NumpyArray.data(constant, shape: shape), to: name + ".npy")
    }
    let outcome = try workspace.lethe(Self.usual)
    #expect(outcome.status == 0 && outcome.output.contains("no value"))
  }

  @Test func misspeltMetricsAndFeatures() throws {
    try writeSets()
    let only = try workspace.lethe(Self.usual + ["--only", "recal"])
    #expect(only.status == 2 && only.errors.contains("found recal; did you mean recall?"))
    let other = try workspace.lethe(Self.usual + ["--only", "fid,PRDC,ms-ssim", "--json"])
    #expect(other.status == 0)
    for key in [
      "frechet_distance", "precision", "recall", "density", "coverage", "ms_ssim_diversity",
    ] {
      #expect(other.output.contains("\"\(key)\""))
    }
    #expect(!other.output.contains("vendi"))
    let turned = try workspace.lethe(Self.usual + ["--only", "pdrc"])
    #expect(turned.status == 2 && turned.errors.contains("found pdrc; did you mean prdc?"))
    let space = try workspace.lethe(Self.usual + ["--features", "pixel"])
    #expect(space.status == 2 && space.errors.contains("found pixel; did you mean pixels?"))
    let missing = try workspace.lethe(
      ["metrics", "--train", "nowhere", "--generated", "g.npy"])
    #expect(missing.status == 2 && missing.errors.contains("nowhere: expected a file or folder"))
  }

  @Test func whatTrainWritesIsMeasured() throws {
    #expect(try workspace.lethe(["train", "tiny.yaml"]).status == 0)
    let samples = try workspace.trial() + "/samples/final"
    let outcome = try workspace.lethe(
      ["metrics", "--train", samples, "--generated", samples, "--features", "pixels", "--json"])
    #expect(outcome.status == 0)
    try workspace.write(Data("not a PNG".utf8), to: "mixed/a.png")
    try workspace.write(Data("RIFF".utf8), to: "mixed/a.wav")
    let mixed = try workspace.lethe(["metrics", "--train", samples, "--generated", "mixed"])
    #expect(mixed.status == 2 && mixed.errors.contains("expected images or sounds in the folder"))
  }

  @Test func aGeneratorOfOneSampleIsSaidFirst() throws {
    try writeSets()
    let one = (0..<80).flatMap { row in [0.5, 0.5, 0.5 + 1e-4 * Double(row % 7)] }
    try workspace.write(NumpyArray.data(one, shape: [80, 3]), to: "g.npy")
    let outcome = try workspace.lethe(Self.usual)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("collapsed: 1 distinct sample in 80, where training examples have "))
    #expect(lines[1].hasPrefix("80 generated, "))
    let precision = try #require(lines.first { $0.hasPrefix("precision") })
    #expect(!precision.contains("held-out"))
    #expect(lines.contains { $0.hasPrefix("coverage") && $0.hasSuffix("worse than held-out") })
    let json = try workspace.json(workspace.lethe(Self.usual + ["--json"]).output)
    #expect((json["sizes"] as? [String: Any])?["collapsed"] as? Bool == true)
  }

  @Test func aModelThatWasNotTrainedIsSaidToBe() throws {
    try workspace.write(
      """
      name: tiny
      data: {source: shapes, size: 16, limit: 200, holdout: 0}
      model: {family: gan, backbone: conv, latent: 4, width: 4, norm: none}
      train: {steps: 2, batch: 8, sample_every: 0}
      metrics: {features: pixels, samples: 60}

      """, to: "tiny.yaml")
    let trained = try workspace.lethe("train", "tiny.yaml")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.hasPrefix("collapsed: 1 distinct sample in 60\n"), "\(trained.output)")
    let metrics = try workspace.json(
      String(decoding: workspace.data(workspace.trial() + "/metrics.json"), as: UTF8.self))
    #expect((metrics["sizes"] as? [String: Any])?["distinct_generated"] as? Int == 1)
    let report = try workspace.lethe("report", "results/tiny")
    #expect(
      report.output.contains("Collapsed: 1 of 1 trials make a few samples again and again"))
  }
}
