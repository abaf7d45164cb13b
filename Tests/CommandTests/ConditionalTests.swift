import Foundation
import Testing

/// Models whose networks are told of classes, as users train them and draw from them.
@Suite struct ConditionalTests {
  let workspace = try! Workspace()

  private static let experiment = """
    name: told
    data: {source: shapes, size: 8, channels: 1, limit: 240, holdout: 0.3}
    model: {family: gan, backbone: mlp, conditional: true, latent: 4, hidden: [16]}
    train: {steps: 40, batch: 16, sample_every: 40, checkpoint_every: 20}
    metrics: {samples: 400, features: pixels}

    """
  private static let shapes = ["circle", "cross", "square", "triangle"]

  @Test func samplesAreMeasuredAndDrawnByClass() throws {
    try workspace.write(Self.experiment, to: "told.yaml")
    let checked = try workspace.lethe("check", "told.yaml")
    #expect(checked.status == 0, "\(checked.errors)")
    for site in ["generator.label", "discriminator.label"] {
      #expect(checked.output.contains(site), "\(checked.output)")
    }
    let run = try workspace.lethe("train", "told.yaml", "--out", "r")
    #expect(run.status == 0, "\(run.errors)")
    let trial = try workspace.trial(in: "r")
    let metrics = try workspace.json(
      String(decoding: workspace.data("\(trial)/metrics.json"), as: UTF8.self))
    let values = try #require(metrics["values"] as? [String: [String: Any]])
    for key in ["class_recall", "class_coverage", "class_memorized_share"] {
      let byClass = try #require(values[key]?["by_class"] as? [String: Double], "\(key)")
      #expect(byClass.keys.sorted() == Self.shapes)
      let mean = byClass.values.reduce(0, +) / 4
      #expect(try abs(#require(values[key]?["value"] as? Double) - mean) < 1e-9)
      #expect((values[key]?["null_by_class"] as? [String: Double])?.count == 4)
    }
    // A plan says beforehand what measuring says afterwards. Each class has fewer than the 500 training examples that the metric needs.
    #expect(values["class_copy_rate"]?["value"] is NSNull)
    let reason = try #require(values["class_copy_rate"]?["reason"] as? String)
    #expect(reason.contains("of no class: needs at least"), "\(reason)")
    let planned = try workspace.lethe(
      "check", "told.yaml", "--set",
      "metrics.primary={diversity: class_recall, memorization: class_copy_rate}")
    #expect(planned.output.contains("class_copy_rate has no value: \(reason)"), "\(planned.output)")
    #expect(!planned.output.contains("class_recall has no value"), "\(planned.output)")

    let checkpoint = "\(trial)/checkpoint.safetensors"
    func drawn(_ options: String...) throws -> Data {
      let outcome = try workspace.lethe(
        ["generate", checkpoint, "--count", "8", "--npy", "x.npy"] + options)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try workspace.data("x.npy")
    }
    let (circles, squares) = (
      try drawn("--class", "circle"), try drawn("--class", "square")
    )
    #expect(try circles != squares && drawn("--class", "circle") == circles)
    #expect(try drawn() != circles)
    #expect(
      try drawn("--interpolate", "--class", "square") != drawn("--interpolate", "--class", "cross"))

    let unknown = try workspace.lethe("generate", checkpoint, "--class", "sqare", "--out", "y")
    #expect(unknown.status == 2 && !workspace.names().contains("y"))
    #expect(
      unknown.errors.contains("a class of the checkpoint: circle, square, triangle, cross"),
      "\(unknown.errors)")
    try workspace.lethe("train", "tiny.yaml", "--out", "plain")
    let untold = try workspace.lethe(
      "generate", workspace.trial(in: "plain") + "/checkpoint.safetensors", "--class", "circle")
    #expect(untold.status == 2 && untold.errors.contains("are not told of any"), "\(untold.errors)")
  }

  @Test(arguments: [
    (
      "family: gan, backbone: mlp, conditional: true, latent: 4",
      "family: classifier, backbone: mlp, conditional: true",
      "model.conditional: would have no effect: it is for families gan and vae, not classifier"
    ),
    ("conditional: true", "conditional: maybe", "model.conditional: expected true or false"),
    (
      "holdout: 0.3", "holdout: 0.3, augment: {mixup: {}}",
      "data.augment.mixup: expected none in a gan whose networks are told of classes"
    ),
    (
      "holdout: 0.3", "holdout: 0.3, canaries: {count: 2}",
      "data.canaries: would have no effect: it is for models that are not told of classes"
    ),
    ("holdout: 0.3", "holdout: 0.3, labels: y.npy", "no labels, as built-in data have classes"),
  ])
  func whatDoesNotGoTogetherIsRefused(_ from: String, _ to: String, _ message: String) throws {
    try workspace.write(Self.experiment.replacing(from, with: to), to: "told.yaml")
    let outcome = try workspace.lethe("train", "told.yaml", "--out", "r")
    #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains("told.yaml:"), "\(outcome.errors)")
  }

  /// A network that is told of classes makes no features of examples alone, and a checkpoint of one says how often each is
  /// drawn.
  @Test func whatNeedsClassesIsNotUsedWithoutThem() throws {
    try workspace.write(
      Self.experiment.replacing("family: gan", with: "family: vae"), to: "told.yaml")
    try workspace.lethe("train", "told.yaml", "--out", "r")
    let checkpoint = try workspace.trial(in: "r") + "/checkpoint.safetensors"
    let features = try workspace.lethe(
      "train", "tiny.yaml", "--set", "metrics.features=\(workspace.url(checkpoint).path)")
    #expect(
      features.status == 2 && features.errors.contains("found one that is told of their classes"),
      "\(features.errors)")
    let whole = try workspace.data(checkpoint)
    // The key is misnamed, so that the file keeps its length.
    let place = try #require(whole.range(of: Data("class_counts".utf8)))
    var damaged = whole
    damaged.replaceSubrange(place, with: Data("class_sounds".utf8))
    try workspace.write(damaged, to: "x.safetensors")
    let made = try workspace.lethe("generate", "x.safetensors", "--out", "s")
    #expect(
      made.status == 2
        && made.errors.contains("class_counts: expected a number of training examples for each"),
      "\(made.errors)")
    #expect(!workspace.names().contains("s"))
  }

  @Test(arguments: ["labels: y.npy", "shuffle_labels: true"])
  func classesAreForModelsThatAreToldOfThem(_ key: String) throws {
    let text = Self.experiment.replacing("conditional: true, ", with: "")
      .replacing("holdout: 0.3", with: "holdout: 0.3, \(key)")
    try workspace.write(text, to: "told.yaml")
    let outcome = try workspace.lethe("train", "told.yaml", "--out", "r")
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("for family classifier, or with model.conditional, not gan"),
      "\(outcome.errors)")
  }

  /// A class of one example is trained on; classes that are no folders, and a single one, are refused.
  @Test func foldersAreClasses() throws {
    let text = Self.experiment.replacing(
      "source: shapes, size: 8, channels: 1, limit: 240, holdout: 0.3",
      with: "path: f, size: 8, channels: 1, holdout: 0")
    try workspace.write(text, to: "told.yaml")
    func write(_ count: Int, of name: String) throws {
      for index in 0..<count {
        try workspace.write(
          BrokenData.png(side: 8, rows: 8, shade: UInt8(10 * index + name.utf8.count)),
          to: "f/\(name)/\(index).png")
      }
    }
    try write(20, of: "many")
    let one = try workspace.lethe("train", "told.yaml", "--out", "r")
    #expect(one.status == 2 && one.errors.contains("at least 2 folders"), "\(one.errors)")
    try write(1, of: "single")
    let two = try workspace.lethe("train", "told.yaml", "--out", "r")
    #expect(two.status == 0, "\(two.errors)")
    let made = try workspace.lethe(
      "generate", workspace.trial(in: "r") + "/checkpoint.safetensors", "--class", "single",
      "--count", "3", "--out", "s")
    #expect(made.status == 0 && workspace.names(in: "s").count == 3, "\(made.errors)")
    let metrics = try workspace.json(
      String(
        decoding: workspace.data(workspace.trial(in: "r") + "/metrics.json"), as: UTF8.self))
    let values = try #require(metrics["values"] as? [String: [String: Any]])
    #expect((values["class_recall"]?["by_class"] as? [String: Double])?.keys.sorted() == ["many"])
    #expect(
      (values["class_recall"]?["warning"] as? String)?.contains("of 1 of 2 classes") == true,
      "\(values["class_recall"] ?? [:])")
  }
}
