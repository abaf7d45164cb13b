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
      the same sitting, round by round.
      """)

  @Option(help: "Rounds; the figures are medians over them.")
  var rounds = 3

  @Option(help: "Seconds a program is measured for in a round.")
  var seconds = 1.5

  @Option(help: "Threads of both programs.")
  var threads = 2

  @Option(help: "Seed of the sizes that are chosen at random.")
  var seed: UInt64 = 1

  @Flag(help: "Time only the metrics.")
  var metricsOnly = false

  @Flag(help: "Time the five named models only, and no metrics.")
  var namedOnly = false

  @Flag(help: "Time one and two threads, and doubled sizes, instead.")
  var scaling = false

  @Flag(help: "Time trials of an ablation on data/mnist5k (`make data`) instead.")
  var sweep = false

  @Flag(help: "Keep the figures and the tables in results/bench/, by instruction set.")
  var record = false

  func validate() throws {
    let parts = [metricsOnly, namedOnly, scaling, sweep].count { $0 }
    guard parts < 2 else {
      throw ValidationError(
        "expected one of --metrics-only, --named-only, --scaling and --sweep, found \(parts)")
    }
    guard !record || parts == 0 || namedOnly || scaling else {
      throw ValidationError("--record: expected the tables of models, which are not made here")
    }
  }

  func run() throws {
    let python = ProcessInfo.processInfo.environment["PYTORCH"]
    let runner = Runner(seconds: seconds, threads: threads, python: python)
    if sweep { return print(try SweepBench(runner: runner).table()) }
    if scaling { return try timeScaling(runner) }
    var tables: [String] = []
    if !namedOnly {
      log("metrics")
      tables.append(try MetricsBench(runner: runner).table())
      print(tables[0])
      if metricsOnly { return }
    }
    let sets =
      namedOnly ? [Workload.named] : [Workload.named, Workload.others, Workload.random(seed)]
    let reduced = runner.canReducePrecision() ? Workload.reduced : []
    let sitting = try measure(sets.flatMap { $0 } + reduced, runner)
    log("resident growth over \(Runner.growthSteps) steps of mlp-gan")
    let growth = try runner.residentGrowth()
    tables.insert(
      contentsOf: sets.map { Table.speeds($0, sitting) }
        + (reduced.isEmpty ? [] : [Table.reduced(sitting)]) + [
          Table.others(sitting, residentGrowth: growth)
        ], at: 0)
    let text = Table.heading(sitting, threads: "\(threads)") + tables.joined(separator: "\n")
    print(text)
    if record { try sitting.write(text, as: sitting.isa) }
  }

  private func timeScaling(_ runner: Runner) throws {
    let sitting = try measure(Workload.scaling, runner)
    let text = Table.heading(sitting, threads: "1 and 2") + Table.speeds(Workload.scaling, sitting)
    print(text)
    if record { try sitting.write(text, as: "\(sitting.isa)-scaling") }
  }

  /// Times workloads in both programs, round by round.
  private func measure(_ workloads: [Workload], _ runner: Runner) throws -> Sitting {
    var ours: [String: [StepFigures]] = [:]
    var theirs: [String: [StepFigures]] = [:]
    for round in 1...max(1, rounds) {
      for workload in workloads {
        log("round \(round) of \(rounds): \(workload.name)")
        ours[workload.name, default: []].append(try runner.lethe(workload))
        if let figures = try runner.pytorch(workload) {
          theirs[workload.name, default: []].append(figures)
        }
      }
    }
    return Sitting(
      lethe: ours.mapValues(StepFigures.median), pytorch: theirs.mapValues(StepFigures.median),
      productSpeed: try runner.productSpeed(), seed: seed)
  }
}

/// Writes one line to standard error.
func log(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
