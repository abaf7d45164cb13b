internal import ArgumentParser
internal import Foundation
internal import Records

/// `make bench`: times the metrics and the training steps of the bench experiments, and prints them
/// beside PyTorch's and the targets.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times lethe's metrics, and its training steps beside PyTorch's.",
    discussion: """
      With the environment variable PYTORCH naming a Python that has PyTorch, both are measured in \
      the same sitting, round by round; else PyTorch's column is results/bench/pytorch.json.
      """)

  @Option(help: "Rounds; the figures are medians over them.")
  var rounds = 5

  @Option(help: "Seconds a program is measured for in a round.")
  var seconds = 2.0

  @Option(help: "Threads of both programs.")
  var threads = 2

  @Flag(help: "Time only the metrics.")
  var metricsOnly = false

  @Flag(help: "Keep the figures in results/bench/*.json.")
  var record = false

  func run() throws {
    let python = ProcessInfo.processInfo.environment["PYTORCH"]
    let runner = Runner(seconds: seconds, threads: threads, python: python)
    log("metrics")
    print(try MetricsBench(runner: runner).table())
    if metricsOnly { return }
    var ours: [String: [StepFigures]] = [:]
    var theirs: [String: [StepFigures]] = [:]
    for round in 1...max(1, rounds) {
      for workload in Workload.all {
        log("round \(round) of \(rounds): \(workload.name)")
        ours[workload.name, default: []].append(try runner.lethe(workload))
        for name in workload.pytorch where python != nil {
          theirs[name, default: []].append(try runner.pytorch(name))
        }
      }
    }
    let ourFigures = ours.mapValues(StepFigures.median)
    let theirFigures =
      python == nil ? try CommittedFigures.read("pytorch") : theirs.mapValues(StepFigures.median)
    log("resident growth over \(Runner.growthSteps) steps of mlp-gan")
    let growth = try runner.residentGrowth()
    print(Table.speeds(ourFigures, theirFigures, sameSitting: python != nil))
    print(Table.others(ourFigures, residentGrowth: growth))
    guard record else { return }
    try CommittedFigures.write(ourFigures, "lethe")
    if python != nil { try CommittedFigures.write(theirFigures, "pytorch") }
  }
}

/// Writes one line to standard error.
func log(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
