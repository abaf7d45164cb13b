import Foundation
import Testing

@Suite struct TrainTests {
  let workspace = try! Workspace()

  @Test func cancelStopsATrialOfTrain() throws {
    let running = try workspace.start("train", "tiny.yaml", "--set", "train.steps=100000000")
    workspace.wait { !workspace.names(in: "results/tiny/trials").isEmpty }
    let trial = try workspace.trial()
    workspace.wait { workspace.names(in: trial).contains("checkpoint.safetensors") }
    let cancelled = try workspace.lethe("cancel", "results/tiny")
    #expect(cancelled.status == 0 && cancelled.output.contains("was told to stop"))
    #expect(try running.wait().status == 1)
    #expect(try workspace.lethe("status", "results/tiny").output.contains("1 interrupted"))
    #expect(try workspace.lethe("cancel", "results/tiny").output.contains("nothing runs for"))
  }

  /// At its end a trial prints the primary metrics beside their controls, as in its file, and then the paths.
  @Test func theEndTellsThePrimaryMetrics() throws {
    let outcome = try workspace.lethe(
      "train", "tiny.yaml", "--set",
      "data={source: shapes, size: 8, channels: 1, limit: 120, holdout: 0.5}",
      "--set",
      "metrics={samples: 60, features: pixels, primary: {diversity: vendi, memorization: authenticity}}"
    )
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    let table = try #require(lines.firstIndex { $0.hasPrefix("metric ") })
    #expect(lines[table].split(separator: " ") == ["metric", "value", "null", "copies", "planted"])
    let metrics = try JSONSerialization.jsonObject(
      with: workspace.data(workspace.trial() + "/metrics.json"))
    let values = try #require((metrics as? [String: Any])?["values"] as? [String: [String: Any]])
    for (row, key) in ["vendi", "authenticity"].enumerated() {
      let cells = lines[table + 1 + row].split(separator: " ")
      #expect(cells[0] == key && cells.count > 5)
      for (cell, part) in zip(cells[1...], ["value", "null", "copies", "planted"]) {
        let shown = try #require(Double(cell))
        let measured = try #require(values[key]?[part] as? Double)
        #expect(abs(shown - measured) <= 0.005 * max(1, abs(measured)), "\(key) \(part)")
      }
    }
    #expect(
      lines[table + 3].hasPrefix("samples: ") && lines.last?.hasPrefix("checkpoint: ") == true)
  }

  @Test func writesTheDocumentedFilesAndIsNeverRunTwice() throws {
    let first = try workspace.lethe("train", "tiny.yaml")
    #expect(first.status == 0)
    let trial = try workspace.trial()
    #expect(
      workspace.names(in: trial)
        == [
          ".lock", "checkpoint.safetensors", "config.yaml", "log.jsonl", "metrics.json",
          "nearest.csv",
          "nearest.png", "real.png", "samples", "status.json",
        ])
    #expect(workspace.names(in: trial + "/samples") == ["000020.png", "000040.png", "final"])
    #expect(
      workspace.names(in: trial + "/samples/final") == ["00000.png", "00001.png", "00002.png"])
    #expect(first.output.contains("000040.png") && first.errors.contains("step 40/40"))
    #expect(try workspace.data("results/tiny/experiment.yaml") == workspace.data("tiny.yaml"))
    let before = try workspace.data(trial + "/status.json")
    let second = try workspace.lethe("train", "tiny.yaml")
    #expect(second.status == 0 && second.errors.contains("nothing to do"))
    #expect(second.output == first.output)
    #expect(try workspace.data(trial + "/status.json") == before)
  }

  @Test func jsonIsOneDocument() throws {
    let outcome = try workspace.lethe("train", "tiny.yaml", "--json", "--out", "elsewhere")
    let result = try workspace.json(outcome.output)
    #expect(
      Set(result.keys) == [
        "name", "trial", "folder", "state", "step", "seconds", "samples", "checkpoint",
      ])
    #expect(result["state"] as? String == "finished" && result["step"] as? Int == 40)
    #expect(workspace.names().contains("elsewhere") && !workspace.names().contains("results"))
  }

  @Test func anOverrideIsAnotherTrial() throws {
    try workspace.lethe("train", "tiny.yaml")
    try workspace.lethe("train", "tiny.yaml", "--set", "train.steps=20", "--set", "seed=3")
    let trials = workspace.names(in: "results/tiny/trials")
    #expect(trials.count == 2)
    #expect(trials.contains { $0.hasPrefix("single-s0-") })
    #expect(trials.contains { $0.hasPrefix("single-s3-") })
  }

  @Test func freshStartsOverOnlyWhenItCan() throws {
    try workspace.lethe("train", "tiny.yaml", "--threads", "1")
    let trial = try workspace.trial()
    let checkpoint = try workspace.data(trial + "/checkpoint.safetensors")
    try workspace.write("mine", to: trial + "/note")
    let bad = try workspace.shell(
      "cp -r results kept; $LETHE train tiny.yaml --fresh --set dropout='[{at: x, rate: 0.1}]'")
    #expect(bad.status == 2)
    #expect(workspace.names(in: trial).contains("note"))
    let fresh = try workspace.lethe("train", "tiny.yaml", "--fresh", "--threads", "1")
    #expect(fresh.status == 0 && fresh.errors.contains("step 1/40"))
    #expect(!workspace.names(in: trial).contains("note"))
    #expect(try workspace.data(trial + "/checkpoint.safetensors") == checkpoint)
  }

  @Test func divergenceIsARunThatFailed() throws {
    let outcome = try workspace.lethe(
      "train", "tiny.yaml", "--set", "optimizer.learning_rate=1e30")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("is not finite; first seen in"))
    let status = try workspace.json(
      String(decoding: workspace.data(workspace.trial() + "/status.json"), as: UTF8.self))
    #expect(status["state"] as? String == "failed")
  }

  // MARK: Interruption

  private static let long = ["--set", "train.steps=1000000", "--set", "train.sample_every=0"]

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalStopsCleanlyAndTheSameCommandGoesOn(_ signal: Int32) throws {
    var stopped: [Int] = []
    for _ in 0..<2 {
      let run = try workspace.start(
        "train", "tiny.yaml", Self.long[0], Self.long[1], Self.long[2], Self.long[3])
      run.waitForErrors("step ")
      run.send(signal)
      let outcome = try run.wait()
      #expect(outcome.status == 1)
      let match = try #require(outcome.errors.firstMatch(of: /stopped after step (\d+); the same/))
      stopped.append(try #require(Int(match.1)))
      let status = try workspace.json(
        String(decoding: workspace.data(workspace.trial() + "/status.json"), as: UTF8.self))
      #expect(status["state"] as? String == "interrupted")
      #expect(status["step"] as? Int == stopped.last)
    }
    #expect(stopped[0] > 0 && stopped[1] > stopped[0])
  }

  @Test func killedAtAnyMomentTheSameCommandEndsTheSame() throws {
    try workspace.write(
      Workspace.tiny.replacingOccurrences(of: "steps: 40", with: "steps: 2000"), to: "tiny.yaml")
    try workspace.lethe("train", "tiny.yaml", "--threads", "1", "--out", "whole")
    var killedInTraining = 0
    for (index, milliseconds) in [20, 0, 45, 70, 110, 160, 230].enumerated() {
      let run = try workspace.start("train", "tiny.yaml", "--threads", "1", "--out", "killed")
      // On any machine, however slow, the second run is killed only once its trial has a folder.
      for _ in 0..<6000 where index == 1 && workspace.names(in: "killed/trials").isEmpty {
        usleep(5000)
      }
      usleep(UInt32(milliseconds) * 1000)
      run.send(SIGKILL)
      let isKilled = try run.wait().status == -SIGKILL
      if isKilled, workspace.names(in: "killed/trials").count == 1 { killedInTraining += 1 }
    }
    #expect(
      try workspace.lethe("train", "tiny.yaml", "--threads", "1", "--out", "killed").status == 0)
    #expect(killedInTraining > 0)
    let (whole, killed) = (try workspace.trial(in: "whole"), try workspace.trial(in: "killed"))
    #expect(workspace.names(in: killed) == workspace.names(in: whole))
    for folder in ["/samples", "/samples/final"] {
      #expect(workspace.names(in: killed + folder) == workspace.names(in: whole + folder))
    }
    for file in ["checkpoint.safetensors", "log.jsonl", "config.yaml", "samples/002000.png"] {
      #expect(
        try workspace.data("\(killed)/\(file)") == workspace.data("\(whole)/\(file)"), "\(file)")
    }
  }
}
