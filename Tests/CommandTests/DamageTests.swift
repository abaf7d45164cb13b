import Foundation
import Testing

/// Missing or broken files of trials: only the trial they belong to runs again, and the output says so.
@Suite struct DamageTests {
  let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.write(
      IdentityTests.sweep.replacing(
        "path: images.npy", with: "source: shapes, size: 8, channels: 1, limit: 100"),
      to: "own.yaml")
    #expect(try run().status == 0)
  }

  private func run(_ more: String...) throws -> Outcome {
    try workspace.lethe(["run", "own.yaml", "--out", "r"] + more)
  }

  private var trials: [String] { workspace.names(in: "r/trials") }

  private func url(_ file: String) -> URL { workspace.url("r/trials/\(trials[1])/\(file)") }

  @Test(arguments: ["", "{\"state\": ", "[1]"]) func aBrokenStatus(_ text: String) throws {
    let before = try workspace.numbers(in: "r")
    try Data(text.utf8).write(to: url("status.json"))
    let status = try workspace.lethe("status", "r")
    #expect(status.status == 0)
    #expect(status.output.contains("4 trials: 1 waiting, 3 finished"))
    #expect(
      status.output.contains(" is due again: ") && status.output.contains("/status.json: expected"))
    let report = try workspace.lethe("report", "r")
    #expect(report.status == 0 && report.output.contains("4 trials: 3 finished, 1 waiting"))
    let again = try run()
    #expect(again.status == 0)
    #expect(again.errors.contains("; the trial is due again"))
    #expect(again.errors.contains("1/1 trials"))
    #expect(try workspace.numbers(in: "r") == before)
    #expect(try Data(contentsOf: url("status.json.broken")) == Data(text.utf8))
  }

  @Test func aCheckpointOfNothing() throws {
    let before = try workspace.numbers(in: "r")
    try Data().write(to: url("checkpoint.safetensors"))
    try FileManager.default.removeItem(at: url("status.json"))
    #expect(try run().status == 0)
    #expect(try workspace.numbers(in: "r") == before)
    #expect(try Data(contentsOf: url("checkpoint.safetensors.broken")).isEmpty)
    let output = try String(contentsOf: url("output.log"), encoding: .utf8)
    #expect(output.contains("checkpoint.safetensors is kept as checkpoint.safetensors.broken"))
  }

  @Test func metricsThatAreGone() throws {
    let before = try workspace.numbers(in: "r")
    try FileManager.default.removeItem(at: url("metrics.json"))
    let again = try run()
    #expect(again.status == 0)
    #expect(again.errors.contains("/metrics.json: the file is missing; the trial is due again"))
    #expect(try workspace.numbers(in: "r") == before)
    // Without its checkpoint there is nothing to measure: it starts over.
    try FileManager.default.removeItem(at: url("metrics.json"))
    try FileManager.default.removeItem(at: url("checkpoint.safetensors"))
    #expect(try run().status == 0)
    #expect(try workspace.numbers(in: "r") == before)
    let output = try String(contentsOf: url("output.log"), encoding: .utf8)
    #expect(output.contains("there is no checkpoint; the trial starts over"))
  }

  @Test func whatKilledRunnersLeaveIsSwept() throws {
    for file in ["r/.experiment.yaml.1-1.lethe-tmp", "r/trials/\(trials[0])/.log.1-1.lethe-tmp"] {
      try workspace.write("half", to: file)
    }
    try FileManager.default.removeItem(at: workspace.url("r/trials/\(trials[0])/metrics.json"))
    #expect(try run().status == 0)
    #expect(!workspace.names(in: "r").contains { $0.hasSuffix("lethe-tmp") })
    #expect(!workspace.names(in: "r/trials/\(trials[0])").contains { $0.hasSuffix("lethe-tmp") })
  }

  /// A trial whose folder is deleted while it runs fails, and a retry repeats it from the beginning.
  @Test func aFolderDeletedWhileItsTrialRuns() throws {
    let long = [
      "--set", "train.steps=20000", "--set", "train.checkpoint_every=50", "--only", "none",
      "--seeds", "1",
    ]
    let running = try workspace.start(["run", "own.yaml", "--out", "d", "--jobs", "1"] + long)
    workspace.wait {
      workspace.names(in: "d/trials").contains {
        workspace.names(in: "d/trials/\($0)").contains("checkpoint.safetensors")
      }
    }
    let trial = try #require(workspace.names(in: "d/trials").first)
    _ = try workspace.shell("rm -rf d/trials/\(trial)")
    #expect(try running.wait().status == 1)
    let again = try workspace.lethe(["run", "own.yaml", "--out", "d", "--retry-failed"] + long)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try workspace.lethe(["run", "own.yaml", "--out", "whole"] + long).status == 0)
    #expect(try workspace.numbers(in: "d") == workspace.numbers(in: "whole"))
    #expect(
      workspace.names(in: "d/trials/\(trial)/samples")
        == workspace.names(in: "whole/trials/\(trial)/samples"))
  }
}
