import Foundation
import Testing

/// The data, program and machine behind a trial, and what happens when one of them changes.
@Suite struct IdentityTests {
  let workspace: Workspace

  /// Two arms and two seeds on the array of images that `writeImages` writes.
  static let sweep = """
    name: own
    data: {path: images.npy, holdout: 0.2}
    model: {family: gan, backbone: mlp, latent: 4, hidden: [8]}
    train: {steps: 40, batch: 8, sample_every: 20, checkpoint_every: 10}
    metrics: {samples: 20, features: pixels}
    ablation: {placements: {none: null, all: "generator.*.post_act"}, rates: [0.5], seeds: 2}

    """

  init() throws {
    workspace = try Workspace()
    try workspace.write(Self.sweep, to: "own.yaml")
    try writeImages(first: 1)
  }

  /// Writes 60 images of shape [4, 4, 1].
  private func writeImages(first: UInt8) throws {
    let bytes = (0..<60 * 16).map { UInt8(truncatingIfNeeded: ($0 * 37 + $0 / 16 * 11) % 251) }
    try workspace.write(
      BrokenData.npy("|u1", "(60, 4, 4, 1)", [first] + bytes.dropFirst()), to: "images.npy")
  }

  private func run(_ more: String...) throws -> Outcome {
    try workspace.lethe(["run", "own.yaml", "--out", "r"] + more)
  }

  private func status(_ trial: String, in results: String = "r") throws -> [String: Any] {
    let data = try workspace.data("\(results)/trials/\(trial)/status.json")
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private var trials: [String] { workspace.names(in: "r/trials") }

  // MARK: Data

  @Test func otherDataAreAnErrorWhateverTheTrialsAre() throws {
    #expect(try run("--only", "none").status == 0)
    let before = try workspace.numbers(in: "r")
    let plan = try workspace.data("r/sweep.json")
    try writeImages(first: 2)
    // Nothing is run and nothing is changed, whether all trials are finished or seeds or arms are missing.
    for more in [["--only", "none"], ["--only", "none", "--seeds", "3"], []] {
      let outcome = try workspace.lethe(["run", "own.yaml", "--out", "r"] + more)
      #expect(outcome.status == 2)
      #expect(
        outcome.errors.contains(
          "status.json: data: expected the data that the trial was made from, found others: "),
        "\(outcome.errors)")
      #expect(outcome.errors.contains(" changed (--fresh starts over, --out names another folder)"))
    }
    #expect(try workspace.numbers(in: "r") == before)
    #expect(try workspace.data("r/sweep.json") == plan)
    #expect(try workspace.lethe("run", "own.yaml", "--out", "r2", "--only", "none").status == 0)
    #expect(try run("--fresh", "--only", "none").status == 0)
    #expect(try workspace.numbers(in: "r") == workspace.numbers(in: "r2"))
    // Against the new trials, the original data count as changed.
    try writeImages(first: 1)
    #expect(try run().status == 2)
  }

  @Test func aSingleTrialKnowsItsDataToo() throws {
    let train = ["train", "own.yaml", "--out", "r"]
    #expect(try workspace.lethe(train).status == 0)
    try writeImages(first: 2)
    let again = try workspace.lethe(train)
    #expect(again.status == 2)
    #expect(again.errors.contains("expected the data that the trial was made from"))
    let trained = try workspace.numbers(in: "r")
    #expect(try workspace.lethe(train + ["--fresh"]).status == 0)
    #expect(try workspace.numbers(in: "r") != trained)
  }

  /// An interrupted trial does not continue with other data.
  @Test func aTrialDoesNotGoOnWithOtherData() throws {
    let long = ["--set", "train.steps=1000000", "--set", "train.sample_every=0"]
    let running = try workspace.start(
      ["run", "own.yaml", "--out", "r", "--only", "none", "--seeds", "1"] + long)
    workspace.wait {
      trials.contains { workspace.names(in: "r/trials/\($0)").contains("log.jsonl") }
    }
    running.send(SIGINT)
    #expect(try running.wait().status == 1)
    let checkpoint = "r/trials/\(try #require(trials.first))/checkpoint.safetensors"
    let before = try workspace.data(checkpoint)
    try writeImages(first: 2)
    let outcome = try workspace.lethe(
      ["run", "own.yaml", "--out", "r", "--only", "none", "--seeds", "1"] + long)
    #expect(outcome.status == 2 && outcome.errors.contains("others: "))
    #expect(try workspace.data(checkpoint) == before)
  }

  @Test func aFeatureNetworkIsPartOfTheIdentity() throws {
    let settings = ["--set", "metrics.features=net.safetensors", "--only", "none"]
    func network(_ weight: Float) throws {
      let header =
        #"{"__metadata__":{"lethe.features":"{\"input\":[4,4,1],\"range\":[0,1],\"layers\":[{\"layer\":\"flatten\"},{\"layer\":\"linear\",\"weight\":\"w\"}]}"},"w":{"dtype":"F32","shape":[2,16],"data_offsets":[0,128]}}"#
      let weights = [Float](repeating: weight, count: 16) + (0..<16).map(Float.init)
      var file = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
      file += Data(header.utf8) + weights.withUnsafeBytes { Data($0) }
      try workspace.write(file, to: "net.safetensors")
    }
    try network(1)
    let first = try workspace.lethe(["run", "own.yaml", "--out", "r"] + settings)
    try #require(first.status == 0, "\(first.errors)")
    let data = try #require(status(trials[0])["data"] as? [String: String])
    #expect(data.keys.sorted() == ["features", "held-out", "training"])
    try network(2)
    let second = try workspace.lethe(["run", "own.yaml", "--out", "r"] + settings)
    #expect(second.status == 2 && second.errors.contains("found others: features changed"))
  }

  @Test func differentDataAreNeverCompared() throws {
    #expect(try run("--only", "none").status == 0)
    #expect(try run().status == 0)
    // Replaces one arm by that of another run, as a user who copies folders would.
    try writeImages(first: 2)
    #expect(try workspace.lethe("run", "own.yaml", "--out", "other").status == 0)
    for trial in trials where trial.hasPrefix("all") {
      try FileManager.default.removeItem(at: workspace.url("r/trials/\(trial)"))
      try FileManager.default.copyItem(
        at: workspace.url("other/trials/\(trial)"), to: workspace.url("r/trials/\(trial)"))
    }
    let report = try workspace.lethe("report", "r")
    #expect(report.status == 0)
    #expect(
      report.output.contains(
        "warning: Trials of none, all-bernoulli-0.5 were made from different data ("))
    let page = String(decoding: try workspace.data("r/report.html"), as: UTF8.self)
    #expect(page.contains("so these arms are not compared."))
    let document = try workspace.json(
      String(decoding: workspace.data("r/report.json"), as: UTF8.self))
    for arm in try #require(document["arms"] as? [[String: Any]]) {
      for metric in try #require(arm["metrics"] as? [String: [String: Any]]).values {
        #expect(metric["comparison"] == nil && metric["values"] != nil)
      }
    }
  }

  // MARK: Program and machine

  @Test func trialsMadeOtherwiseAreSaidAndRefused() throws {
    #expect(try run("--only", "none", "--seeds", "1").status == 0)
    let first = try status(trials[0])
    let machine = try #require(first["machine"] as? [String: Any])
    #expect(machine["threads"] as? Int == 1)
    for key in ["processor", "isa", "system"] {
      #expect((machine[key] as? String)?.isEmpty == false)
    }
    let strict = try run("--threads", "2", "--strict")
    #expect(strict.status == 2)
    #expect(
      strict.errors.contains(
        "expected trials made by one program on one kind of machine (--strict), found threads: 1, 2"
      ))
    #expect(trials.count == 1)
    let loose = try run("--threads", "2")
    #expect(loose.status == 0)
    #expect(loose.errors.contains("note: the trials are not all made alike: threads: 1, 2"))
    #expect(
      loose.output.contains("on one kind of machine, which changes numbers by itself: threads: "))
    let page = String(decoding: try workspace.data("r/report.html"), as: UTF8.self)
    #expect(page.contains("which changes numbers by itself: threads: "))
    // All trials are finished, but they differ in their provenance.
    #expect(try run("--strict").status == 2)
    #expect(try run().status == 0)
  }

  @Test func aTrialGoesOnWithAsManyThreadsAsItBeganWith() throws {
    try workspace.lethe(
      "train", "own.yaml", "--out", "r", "--threads", "1", "--set", "train.steps=20")
    let longer = try workspace.lethe("train", "own.yaml", "--out", "r")
    #expect(longer.status == 0 && !longer.errors.contains("circumstances"))
    #expect((try status(trials[0])["machine"] as? [String: Any])?["threads"] as? Int == 1)
    #expect(try status(trials[0])["step"] as? Int == 40)
    #expect(try workspace.lethe("train", "own.yaml", "--out", "s", "--threads", "1").status == 0)
    #expect(try workspace.numbers(in: "r") == workspace.numbers(in: "s"))
  }

  /// A trial's own configuration reproduces its files to the byte, with `run` and with `train`.
  @Test func aConfigurationGivesTheSameBytes() throws {
    #expect(try run("--only", "all*", "--seeds", "1").status == 0)
    let trial = "r/trials/\(trials[0])"
    let text = String(decoding: try workspace.data("\(trial)/config.yaml"), as: UTF8.self)
    #expect(text.contains("threads: 1"))
    try workspace.write(text, to: "again.yaml")
    for command in ["train", "run"] {
      #expect(try workspace.lethe(command, "again.yaml", "--out", command).status == 0)
      let again = try workspace.trial(in: command)
      for file in ["checkpoint.safetensors", "metrics.json", "log.jsonl", "config.yaml"] {
        #expect(try workspace.data("\(again)/\(file)") == workspace.data("\(trial)/\(file)"))
      }
    }
  }

  // MARK: Measuring again

  @Test func whatIsMeasuredChangesWithoutTraining() throws {
    #expect(try run().status == 0)
    let names = trials
    func checkpoints() throws -> [Data] {
      try names.map { try workspace.data("r/trials/\($0)/checkpoint.safetensors") }
    }
    let before = try checkpoints()
    let times = try names.map { try modified("r/trials/\($0)/checkpoint.safetensors") }
    let more = try run("--set", "metrics.samples=30")
    #expect(more.status == 0 && trials == names)
    for name in names { #expect(workspace.names(in: "r/trials/\(name)/samples/final").count == 30) }
    #expect(try checkpoints() == before)
    #expect(try names.map { try modified("r/trials/\($0)/checkpoint.safetensors") } == times)
    // Keys that only the report reads do not cause new measurements.
    let report = try run(
      "--set", "metrics.samples=30", "--set", "metrics.primary.diversity=coverage")
    #expect(report.errors.contains("all 4 trials are finished: nothing to do"))
    let again = try workspace.lethe(
      "measure", "r", "--set", "metrics.samples=25", "--only", "none")
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("2 of 4 trials are trained"))
    for name in names {
      let count = workspace.names(in: "r/trials/\(name)/samples/final").count
      #expect(count == (name.hasPrefix("none") ? 25 : 30))
    }
    #expect(try names.map { try modified("r/trials/\($0)/checkpoint.safetensors") } == times)
    // By the new setting, the other trials must be measured again.
    #expect(try workspace.lethe("status", "r", "--json").output.contains("\"interrupted\" : 2"))
    #expect(try workspace.lethe("measure", "r").status == 0)
    #expect(try workspace.lethe("status", "r", "--json").output.contains("\"finished\" : 4"))
  }

  private func modified(_ file: String) throws -> Date {
    let values = try FileManager.default.attributesOfItem(atPath: workspace.url(file).path)
    return try #require(values[.modificationDate] as? Date)
  }

  @Test func settingsThatCannotBeMeasuredAgain() throws {
    #expect(try run("--only", "none").status == 0)
    let plan = try workspace.data("r/sweep.json")
    for (setting, message) in [
      ("train.steps=50", "--set: expected a key of metrics, found train.steps=50"),
      ("metrics.every=10", "what is logged while a model trains cannot be measured again"),
      ("metrics.sampels=3", "did you mean samples?"),
    ] {
      let outcome = try workspace.lethe("measure", "r", "--set", setting)
      #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    }
    #expect(try workspace.data("r/sweep.json") == plan)
  }

  @Test func aFolderOfTrainIsMeasuredAndTold() throws {
    #expect(try workspace.lethe("train", "tiny.yaml").status == 0)
    let status = try workspace.lethe("status", "results/tiny")
    #expect(status.status == 0 && status.output.contains("tiny: 1 trials: 1 finished"))
    let measured = try workspace.lethe("measure", "results/tiny", "--set", "metrics.samples=5")
    #expect(measured.status == 0, "\(measured.errors)")
    #expect(workspace.names(in: try workspace.trial() + "/samples/final").count == 5)
  }

  // MARK: More and fewer steps

  @Test func moreStepsGoOnAndFewerAreRefused() throws {
    #expect(try run("--only", "none").status == 0)
    let names = trials
    #expect(try run("--only", "none", "--set", "train.steps=60").status == 0)
    #expect(trials == names)
    #expect(
      try workspace.lethe(
        "run", "own.yaml", "--out", "whole", "--only", "none", "--set", "train.steps=60"
      )
      .status == 0)
    #expect(try workspace.numbers(in: "r") == workspace.numbers(in: "whole"))
    let fewer = try run("--only", "none")
    #expect(fewer.status == 2)
    #expect(fewer.errors.contains("train.steps: expected at least the 60 steps that none-s0-"))
    #expect(try workspace.numbers(in: "r") == workspace.numbers(in: "whole"))
  }
}
