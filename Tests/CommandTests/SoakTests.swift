import Foundation
import Testing

/// Kills runners and trials at random moments, again and again. Nothing is lost, no trial is completed twice, no
/// file is half written, and the numbers equal those of an undisturbed run.
@Suite struct SoakTests {
  static let kills = 200

  @Test func twoHundredKills() throws {
    let workspace = try Workspace()
    try workspace.write(
      RunTests.ablation.replacing("steps: 60", with: "steps: 3000"), to: "sweep.yaml")
    let whole = try workspace.lethe("run", "sweep.yaml", "--out", "whole")
    #expect(whole.status == 0, "\(whole.errors)")
    let expected = try workspace.numbers(in: "whole")
    var random = SystemRandomNumberGenerator()
    var kills = (runner: 0, trial: 0)
    var round = 0
    while kills.runner + kills.trial < Self.kills {
      round += 1
      let results = "round\(round)"
      var isFinished = false
      while !isFinished, kills.runner + kills.trial < Self.kills {
        let run = try workspace.start("run", "sweep.yaml", "--out", results, "--retry-failed")
        // Kills a few trials of a runner before the runner itself.
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          workspace.wait(atMost: 0.2) { !workspace.trialProcesses(in: results).isEmpty }
          usleep(UInt32.random(in: 0...60_000, using: &random))
          if let trial = workspace.trialProcesses(in: results).randomElement(using: &random) {
            kill(trial, SIGKILL)
            kills.trial += 1
          }
        }
        usleep(UInt32.random(in: 5_000...150_000, using: &random))
        run.send(SIGKILL)
        isFinished = try run.wait().status != -SIGKILL
        kills.runner += isFinished ? 0 : 1
        try checkFiles(workspace, results)
      }
      let rest = try workspace.lethe("run", "sweep.yaml", "--out", results, "--retry-failed")
      #expect(rest.status == 0, "\(rest.errors)")
      #expect(try workspace.numbers(in: results) == expected, "round \(round)")
      try checkCompletions(workspace, results)
      try FileManager.default.removeItem(at: workspace.url(results))
    }
    print("\(kills.runner) runners and \(kills.trial) trials killed, \(round) results folders")
  }

  /// Checks that every file with its final name is complete.
  private func checkFiles(_ workspace: Workspace, _ results: String) throws {
    for file in ["sweep.json", "report.json"] where workspace.names(in: results).contains(file) {
      _ = try JSONSerialization.jsonObject(with: workspace.data("\(results)/\(file)"))
    }
    for trial in workspace.names(in: "\(results)/trials") {
      let folder = "\(results)/trials/\(trial)"
      let names = workspace.names(in: folder)
      for file in ["status.json", "metrics.json"] where names.contains(file) {
        _ = try JSONSerialization.jsonObject(with: workspace.data("\(folder)/\(file)"))
      }
      guard names.contains("checkpoint.safetensors") else { continue }
      let checkpoint = try workspace.data("\(folder)/checkpoint.safetensors")
      let length = checkpoint.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(checkpoint.count > 8 + length)
    }
  }

  /// Checks that each trial reports its end at most once in its output.
  private func checkCompletions(_ workspace: Workspace, _ results: String) throws {
    for trial in workspace.names(in: "\(results)/trials") {
      let output = try workspace.data("\(results)/trials/\(trial)/output.log")
      let ends = String(decoding: output, as: UTF8.self).split(separator: "\n")
        .count { $0.hasPrefix("checkpoint: ") }
      #expect(ends <= 1, "\(trial)")
    }
  }
}
