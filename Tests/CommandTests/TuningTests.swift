import Foundation
import Testing

/// Ablations whose arms are tuned on the held-out examples before they are evaluated.
@Suite struct TuningTests {
  let workspace = try! Workspace()

  /// A learning rate of 1e-6 leaves a network as it begins.
  private static let ablation = """
    name: tuned
    data: {source: shapes, size: 8, channels: 1, limit: 96, holdout: 0.05, test: 0.1}
    model: {family: classifier, backbone: mlp, hidden: [16]}
    train: {steps: 60, batch: 16, checkpoint_every: 20}
    metrics: {primary: {performance: accuracy, robustness: cross_entropy}}
    ablation:
      placements: {none: null, hidden: "classifier.*.post_act"}
      rates: [0.1, 0.9]
      baselines: {l2: {loss.l2: [1e-4, 10]}, fixed: {train.batch: 15}}
      tune: {by: cross_entropy, also: {optimizer.learning_rate: [1e-6, 1e-2]}, seeds: 2}
      seeds: 2

    """

  private func sweep(_ results: String) throws -> [String: Any] {
    try workspace.json(String(decoding: workspace.data("\(results)/sweep.json"), as: UTF8.self))
  }

  private func choices(in results: String) throws -> [String: String] {
    let tuning = try #require(sweep(results)["tuning"] as? [String: Any])
    let choices = try #require(tuning["choices"] as? [[String: Any]])
    return choices.reduce(into: [:]) { $0[$1["arm"] as? String ?? ""] = $1["candidate"] as? String }
  }

  private func count(in results: String, _ isCounted: (String) -> Bool) -> Int {
    workspace.names(in: "\(results)/trials").count(where: isCounted)
  }

  /// The best candidate of each arm is trained with other seeds and measured on the test set.
  @Test func theBestCandidateBecomesTheArm() throws {
    try workspace.write(Self.ablation, to: "tuned.yaml")
    let checked = try workspace.lethe("check", "tuned.yaml")
    #expect(
      checked.output.contains(
        "12 candidates × 2 seeds, 24 trials (none 2, hidden-bernoulli 4, l2 4, fixed 2); then\n4 arms × 2 seeds: 8 trials"
      ), "\(checked.output)")
    #expect(checked.output.contains("rate=0.1 | 0.9, optimizer.learning_rate=1e-06 | 0.01"))
    let run = try workspace.lethe("run", "tuned.yaml", "--out", "a", "--jobs", "2")
    #expect(run.status == 0, "\(run.errors)")
    let expected = [
      "none": "none-learning_rate-0.01",
      "hidden-bernoulli": "hidden-bernoulli-0.1-learning_rate-0.01",
      "l2": "l2-l2-0.0001-learning_rate-0.01", "fixed": "fixed-learning_rate-0.01",
    ]
    #expect(try choices(in: "a") == expected)
    #expect(count(in: "a") { $0.contains("-s1000") } == 24)
    #expect(count(in: "a") { $0.contains("-s0-") || $0.contains("-s1-") } == 8)
    #expect(run.output.contains("8 trials: 8 finished"))
    #expect(run.output.contains("rate 0.1, optimizer.learning_rate 0.01 of 4 candidates"))
    #expect(run.output.contains("none 2, hidden-bernoulli 4, l2 4, fixed 2"))
    let page = String(decoding: try workspace.data("a/report.html"), as: UTF8.self)
    #expect(page.contains("<h2 id=\"tuning-heading\">Tuning</h2>"))
    #expect(page.contains("cross_entropy by rate, hidden-bernoulli"))

    // What an arm is made of is what was chosen, measured with the test set; candidates have not seen it.
    for name in workspace.names(in: "a/trials") {
      let metrics = try workspace.json(
        String(decoding: workspace.data("a/trials/\(name)/metrics.json"), as: UTF8.self))
      let isCandidate = name.contains("-s1000")
      #expect(metrics["set"] as? String == (isCandidate ? "validation" : "test"), "\(name)")
      let validation = try #require(metrics["validation"] as? [String: Any])
      #expect(validation["cross_entropy"] != nil)
      let configuration = String(
        decoding: try workspace.data("a/trials/\(name)/config.yaml"), as: UTF8.self)
      if !isCandidate { #expect(configuration.contains("learning_rate: 0.01"), "\(name)") }
    }
  }

  /// Choices do not depend on how many trials run side by side, or on whether the run was stopped; what was chosen stays.
  @Test func choicesAreKept() throws {
    try workspace.write(Self.ablation, to: "tuned.yaml")
    let stopped = try workspace.start("run", "tuned.yaml", "--out", "b", "--jobs", "1")
    stopped.waitForErrors("5/24")
    stopped.send(SIGTERM)
    #expect(try stopped.wait().status == 1)
    #expect(try choices(in: "b").isEmpty)
    #expect(try workspace.lethe("run", "tuned.yaml", "--out", "b", "--jobs", "1").status == 0)
    #expect(try workspace.lethe("run", "tuned.yaml", "--out", "c", "--jobs", "3").status == 0)
    #expect(try choices(in: "b") == choices(in: "c"))
    #expect(workspace.names(in: "b/trials") == workspace.names(in: "c/trials"))
    let again = try workspace.lethe("run", "tuned.yaml", "--out", "b")
    #expect(again.status == 0 && again.errors.contains("all 32 trials are finished"))
    let more = try workspace.lethe(
      "run", "tuned.yaml", "--out", "b", "--dry-run", "--set", "ablation.seeds=3")
    #expect(more.output.contains("4 of 36 trials would be run"), "\(more.output)")
    for (setting, found) in [
      ("ablation.tune.seeds=3", "others"), ("ablation.rates=[0.1, 0.5]", "others"),
    ] {
      let other = try workspace.lethe("run", "tuned.yaml", "--out", "b", "--set", setting)
      #expect(other.status == 2)
      #expect(
        other.errors.contains(
          "ablation.tune: expected the candidates, seeds and metric (cross_entropy) that 4 arms were chosen by, found "
            + "\(found); --out names another folder"), "\(other.errors)")
    }
  }

  /// An arm none of whose candidates can be trained is not compared, and does not keep the others from it.
  @Test func anArmWithoutAValueIsSaid() throws {
    try workspace.write(Self.ablation, to: "tuned.yaml")
    let run = try workspace.lethe(
      "run", "tuned.yaml", "--out", "d", "--set",
      "ablation.baselines={wild: {optimizer.learning_rate: [1e29, 1e30]}}", "--set",
      "ablation.tune.also={train.batch: [15, 16]}")
    #expect(run.status == 1)
    #expect(try choices(in: "d")["wild"] == nil)
    #expect(
      run.output.contains("wild: not comparable: no candidate has a value of cross_entropy"),
      "\(run.output)")
    #expect(run.output.contains("hidden-bernoulli: accuracy inconclusive"), "\(run.output)")
    #expect(count(in: "d") { $0.hasPrefix("wild-s") } == 0)
  }

  /// Arms that are chosen may get seeds until all is decided.
  @Test func tunedArmsGetSeedsUntilDecided() throws {
    try workspace.write(Self.ablation, to: "tuned.yaml")
    let run = try workspace.lethe(
      "run", "tuned.yaml", "--out", "e", "--set",
      "ablation.seeds={until: decided, at_least: 6, at_most: 8}", "--set",
      "ablation.baselines={short: {train.steps: 1}}")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("short: accuracy worse"), "\(run.output)")
    #expect(try choices(in: "e").count == 3)
    #expect(count(in: "e") { $0.hasPrefix("short-s") } == 6)
  }

  @Test(arguments: [
    ("tune: {by: acuracy}", "ablation.tune.by: expected one of accuracy, "),
    (
      "tune: {by: accuracy, also: {optimizer.learning_rat: [1, 2]}}",
      "unknown key optimizer.learning_rat; did you mean learning_rate?"
    ),
    (
      "tune: {by: accuracy, also: {optimizer.learning_rate: [1]}}",
      "ablation.tune.also.optimizer.learning_rate: expected at least two values"
    ),
    (
      "tune: {by: accuracy, also: {loss.l2: [1, 2]}}",
      "ablation.baselines.l2.loss.l2: ablation.tune.also has candidates for loss.l2 already"
    ),
    (
      "tune: {by: accuracy, also: {dropout.0.rate: [0.1, 0.2]}}",
      "dropout is what the placements set; it cannot vary otherwise"
    ),
  ])
  func mistakesAreNamed(_ tune: String, _ message: String) throws {
    let text = Self.ablation.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("  tune:") ? "  " + tune : String($0) }.joined(separator: "\n")
    try workspace.write(text, to: "tuned.yaml")
    let checked = try workspace.lethe("check", "tuned.yaml")
    #expect(checked.status == 2 && checked.errors.contains(message), "\(checked.errors)")
    #expect(checked.errors.contains("tuned.yaml:"), "\(checked.errors)")
  }

  @Test func somethingMustBeLeftToChooseAndToChooseBy() throws {
    try workspace.write(Self.ablation, to: "tuned.yaml")
    let mistakes = [
      ("data.test=null", "expected data.test, a share or a path"),
      ("data.holdout=0", "data.holdout: expected a share above 0"),
      (
        "ablation={placements: {none: null, a: classifier.pre_output}, tune: {by: accuracy}}",
        "expected an arm with several candidates"
      ),
    ]
    for (setting, message) in mistakes {
      let checked = try workspace.lethe("check", "tuned.yaml", "--set", setting)
      #expect(checked.status == 2 && checked.errors.contains(message), "\(checked.errors)")
    }
  }
}
