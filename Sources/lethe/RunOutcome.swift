internal import FoundationEssentials
internal import ArgumentParser
internal import Records
internal import Reports
internal import Sweeps

/// The end of `lethe run`: writes the report, prints its summary or the result as JSON, and sets the exit status.
struct RunOutcome {
  private let run: SweepRun
  private let ran: [SweepRecord.Trial]
  private let isJSON: Bool
  private let counts: [TrialState: Int]
  private let isStopped = Interruption.isRequested

  /// - Parameter ran: The trials that were due.
  init(_ run: SweepRun, ran: [SweepRecord.Trial], isJSON: Bool) {
    (self.run, self.ran, self.isJSON) = (run, ran, isJSON)
    counts = run.counts()
  }

  /// Prints the outcome, and writes the report unless the run was stopped.
  ///
  /// - Throws: `ExitCode` if the run was stopped, a trial of the plan has failed, or one
  ///   that was due has not finished.
  func tell() throws {
    tellState()
    if !isStopped {
      let report = try Report(of: run.results)
      try report.write()
      if !isJSON { print(report.summary()) }
    }
    if isJSON {
      try printJSON(result)
    } else if !isStopped {
      print("report: \(run.results.report.path)")
    }
    let isComplete = ran.allSatisfy { run.state($0) == .finished }
    if isStopped || failed > 0 || !isComplete { throw ExitCode(1) }
  }

  private var failed: Int { counts[.failed] ?? 0 }

  private func tellState() {
    let finished = counts[.finished] ?? 0
    let total = run.plan.trials.count
    if ran.isEmpty {
      Console.log(
        failed == 0 && finished == total
          ? "all \(total) trials are finished: nothing to do (--fresh starts over)"
          : "nothing to do: \(finished) of \(total) trials are finished, \(failed) failed"
            + (failed > 0 ? " (--retry-failed runs those again)" : ""))
    }
    if isStopped {
      Console.log("stopped; the same command goes on from here")
    } else if failed > 0, !ran.isEmpty {
      Console.log("\(failed) trials failed; --retry-failed runs them again")
    }
  }

  private var result: Result {
    Result(
      name: run.plan.name, results: run.results.url.path,
      trials: counts, report: isStopped ? nil : run.results.report.path)
  }

  private struct Result: Encodable {
    let name, results: String
    let trials: [TrialState: Int]
    let report: String?
  }
}
