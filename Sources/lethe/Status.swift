internal import ArgumentParser
internal import Foundation
internal import Records
internal import Sweeps

/// `lethe status`: prints the progress of a run, read from its results folder.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how far the run of a results folder is.")

  @Argument(help: "The results folder.", completion: .directory)
  var results: String

  @Flag(help: "Print the counts as JSON.")
  var json = false

  func run() async throws {
    let run = try SweepRun(reading: ResultsFolder(URL(fileURLWithPath: results, isDirectory: true)))
    let readings = run.plan.trials.map { ($0, run.read($0)) }
    let counts = TrialState.counts(of: readings.map(\.1.state))
    if json { return try printJSON(counts) }
    print(overview(run.plan, counts))
    for submission in try run.results.submissions() {
      let tasks: [String: Int]
      do {
        tasks = try await submission.tasks()
      } catch {
        print("  \(submission.name): \(error)")
        continue
      }
      if tasks.isEmpty { continue }
      let text = tasks.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key.lowercased())" }
      print("  \(submission.name): tasks \(text.joined(separator: ", "))")
    }
    for (trial, reading) in readings {
      let name = "  \(trial.arm) seed \(trial.seed)"
      switch reading.state {
      case .running: print(running(trial, run))
      case .failed: print("\(name) failed: \(reading.status?.reason ?? "for no known reason")")
      case .waiting, .interrupted:
        if let problem = reading.problem { print("\(name) is due again: \(problem)") }
      case .finished: break
      }
    }
  }

  private func running(_ trial: SweepRecord.Trial, _ run: SweepRun) -> String {
    let name = "  \(trial.arm) seed \(trial.seed) running"
    guard let progress = TrialProgress(run.folder(trial)) else { return name }
    if let measuring = MeasuringProgress(of: run.folder(trial)) {
      return "\(name)  measuring \(measuring.next ?? "") \(measuring.done)/\(measuring.total)"
    }
    let losses = progress.losses.map { "\($0.name) \($0.value.formatted(3))" }
    return ([name, "step \(progress.step)"] + losses).joined(separator: "  ")
  }
}

/// How many trials of a plan are in which state, in one line.
func overview(_ plan: SweepRecord, _ counts: [TrialState: Int]) -> String {
  let parts = TrialState.allCases.compactMap { state in
    counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
  }
  return "\(plan.name): \(plan.trials.count) trials: \(parts.joined(separator: ", "))"
}
