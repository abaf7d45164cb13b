import Foundation
import Testing

@Suite struct WatchTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(RunTests.ablation, to: "sweep.yaml")
  }

  /// A second process tells of a run's trials, and ends when the run does.
  @Test func aRunIsWatchedUntilItEnds() throws {
    let run = try workspace.start("run", "sweep.yaml", "--out", "r", "--jobs", "1")
    workspace.wait { workspace.names(in: "r").contains("sweep.json") }
    let watched = try workspace.lethe("watch", "r")
    #expect(watched.status == 0, "\(watched.errors)")
    #expect(watched.output == "sweep: 16 trials: 16 finished\n")
    #expect(watched.errors.contains("finished generator-bernoulli-0.5-limit-200 seed 1 in "))
    #expect(try run.wait().status == 0)
    // There is nothing to wait for any more.
    let later = try workspace.lethe("watch", "r")
    #expect(later.output == watched.output && later.errors.isEmpty)
  }

  /// A run that stands still is told of, with status 1.
  @Test func nothingRuns() throws {
    #expect(try workspace.lethe("run", "sweep.yaml", "--out", "r", "--only", "none*").status == 0)
    let watched = try workspace.lethe("watch", "r")
    #expect(watched.status == 1 && watched.output == "sweep: 16 trials: 12 waiting, 4 finished\n")
    let nowhere = try workspace.lethe("watch", "elsewhere")
    #expect(nowhere.status == 2 && nowhere.errors.contains("elsewhere: expected"))
  }

  /// The trials after one that fails are left for later.
  @Test func aFailureStopsTheOthers() throws {
    let text = RunTests.ablation.replacing(
      "{loss.l2: 1e-4}", with: "{optimizer.learning_rate: 1e30}")
    try workspace.write(text, to: "failing.yaml")
    let arguments = ["run", "failing.yaml", "--out", "r", "--jobs", "1"]
    let stopped = try workspace.lethe(arguments + ["--fail-fast"])
    #expect(stopped.status == 1 && stopped.errors.contains("failed: l2-limit-100 seed 0"))
    let counts = try workspace.json(workspace.lethe("status", "r", "--json").output)
    #expect(counts["failed"] as? Int == 1 && counts["waiting"] as? Int == 12, "\(counts)")
    let whole = try workspace.lethe(arguments)
    #expect(whole.status == 1)
    let after = try workspace.json(workspace.lethe("status", "r", "--json").output)
    #expect(after["failed"] as? Int == 4 && after["finished"] as? Int == 12, "\(after)")
    let submitted = try workspace.lethe(
      "run", "failing.yaml", "--out", "s", "--executor", "slurm", "--fail-fast")
    #expect(submitted.status == 2 && submitted.errors.contains("--fail-fast: expected --wait"))
  }
}
