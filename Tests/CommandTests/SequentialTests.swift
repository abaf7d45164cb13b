import Foundation
import Testing

/// Ablations whose seeds are added until all is decided.
@Suite struct SequentialTests {
  let workspace = try! Workspace()

  /// A training of one step is worse than one of sixty; batches of another size are as good as the control's.
  private static let ablation = """
    name: seq
    data: {source: shapes, size: 8, channels: 1, limit: 96, holdout: 0.05}
    model: {family: classifier, backbone: mlp, hidden: [16]}
    optimizer: {learning_rate: 1e-2}
    train: {steps: 60, batch: 16, checkpoint_every: 20}
    metrics: {primary: {performance: accuracy, robustness: cross_entropy}}
    ablation:
      placements: {none: null}
      baselines: {short: {train.steps: 1}, same: {train.batch: 15}}
      seeds: {until: decided, at_least: 6, at_most: 10, step: 2}

    """

  private func looks(in results: String) throws -> Data {
    let sweep = try workspace.json(
      String(decoding: workspace.data("\(results)/sweep.json"), as: UTF8.self))
    return try JSONSerialization.data(
      withJSONObject: try #require(sweep["looks"]), options: .sortedKeys)
  }

  private func trials(in results: String, of arm: String) -> Int {
    workspace.names(in: "\(results)/trials").count { $0.hasPrefix("\(arm)-s") }
  }

  /// An arm that is decided gets no more seeds; decisions do not depend on how many trials run side by side, or on
  /// whether the run was stopped.
  @Test func decidedArmsGetNoMoreSeeds() throws {
    try workspace.write(Self.ablation, to: "seq.yaml")
    let checked = try workspace.lethe("check", "seq.yaml")
    #expect(checked.output.contains("3 arms × 6 to 10 seeds: 18 to 30 trials"))
    let first = try workspace.lethe("run", "seq.yaml", "--out", "a", "--jobs", "2")
    #expect(first.status == 0, "\(first.errors)")
    #expect(trials(in: "a", of: "short") == 6 && trials(in: "a", of: "none") == 10)
    #expect(trials(in: "a", of: "same") == 10)
    #expect(first.output.contains("short: accuracy worse"))
    #expect(first.output.contains("decided with 6 seeds"))
    let page = String(decoding: try workspace.data("a/report.html"), as: UTF8.self)
    #expect(page.contains("with looks after 6, 8, 10; the error of all looks together is 5%"))

    let stopped = try workspace.start("run", "seq.yaml", "--out", "b", "--jobs", "1")
    stopped.waitForErrors("after 6 seeds")
    stopped.send(SIGTERM)
    #expect(try stopped.wait().status == 1)
    #expect(try workspace.lethe("run", "seq.yaml", "--out", "b", "--jobs", "1").status == 0)
    #expect(try looks(in: "a") == looks(in: "b"))
    #expect(workspace.names(in: "a/trials") == workspace.names(in: "b/trials"))
    let again = try workspace.lethe("run", "seq.yaml", "--out", "b")
    #expect(again.status == 0 && again.errors.contains("nothing to do"))
    // Starting over loses the trials of all looks, and comes to the same.
    let fresh = try workspace.lethe("run", "seq.yaml", "--out", "b", "--fresh")
    #expect(fresh.status == 0 && !fresh.errors.contains("nothing to do"))
    #expect(fresh.errors.contains("after 10 seeds"))
    #expect(try looks(in: "a") == looks(in: "b"))
  }

  /// A folder that was begun with a fixed number of seeds, or other looks, is refused.
  @Test func looksCannotBeAddedAfterwards() throws {
    try workspace.write(Self.ablation, to: "seq.yaml")
    let fixed = "ablation.seeds=2"
    #expect(try workspace.lethe("run", "seq.yaml", "--out", "f", "--set", fixed).status == 0)
    let continued = try workspace.lethe("run", "seq.yaml", "--out", "f")
    #expect(continued.status == 2)
    #expect(
      continued.errors.contains(
        "sweep.json: ablation.seeds: expected a fixed number of seeds, as the folder was begun with, found until "
          + "decided, 6 to 10 in steps of 2; --out names another folder for a new run"),
      "\(continued.errors)")
    let bad = [
      ("ablation.seeds.at_least=2", "ablation.seeds.at_least: expected an integer from 6"),
      (
        "ablation.smallest_effect.acuracy=1", "expected a primary metric: accuracy or cross_entropy"
      ),
      ("ablation.baselines=null", "expected an arm without dropout and others, to decide between"),
    ]
    for (setting, message) in bad {
      let outcome = try workspace.lethe("check", "seq.yaml", "--set", setting)
      #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    }
    let fixedEffect = try workspace.lethe(
      "check", "seq.yaml", "--set", fixed, "--set", "ablation.smallest_effect.accuracy=0.1")
    #expect(
      fixedEffect.errors.contains("expected seeds: {until: decided}, which it may end"),
      "\(fixedEffect.errors)")
  }

  /// An arm that would hardly show the smallest effect of interest any more gets no more seeds either.
  @Test func hopelessArmsAreGivenUp() throws {
    try workspace.write(Self.ablation, to: "seq.yaml")
    let run = try workspace.lethe(
      "run", "seq.yaml", "--out", "h", "--set", "ablation.smallest_effect.accuracy=1e-6", "--set",
      "ablation.smallest_effect.cross_entropy=1e-6")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("same: accuracy inconclusive"))
    #expect(run.output.contains("given up with"), "\(run.output)")
    #expect(trials(in: "h", of: "same") < 10)
  }
}
