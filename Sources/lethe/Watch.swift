internal import ArgumentParser
internal import Files
internal import Foundation
internal import Records
internal import Sweeps

/// `lethe watch`: the live display of a run that another process or a scheduler carries on, until it ends.
struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the progress of a run that something else carries on, until it ends.")

  @Argument(help: "The results folder.", completion: .directory)
  var results: String

  /// Time between two looks at the files.
  private static let interval = Duration.seconds(1)

  func run() async throws {
    let folder = ResultsFolder(URL(fileURLWithPath: results, isDirectory: true))
    var sight = Sight(try SweepRun(reading: folder))
    sight.look()
    while try await sight.isCarriedOn {
      try? await Task.sleep(for: Self.interval)
      // Seeds and arms are added while candidates are chosen and comparisons decided.
      let plan = try SweepRecord(of: folder)
      if plan.trials != sight.run.plan.trials {
        sight.display.finish()
        sight = Sight(SweepRun(plan, in: folder), told: sight.told)
      }
      sight.look()
    }
    sight.display.finish()
    let counts = sight.run.counts()
    print(overview(sight.run.plan, counts))
    if counts[.finished] != sight.run.plan.trials.count { throw ExitCode(1) }
  }
}

/// A run as its files show it.
private struct Sight {
  let run: SweepRun
  let display: RunDisplay
  /// Folders of the trials whose ends were shown, or seen at first.
  private(set) var told: Set<String>

  /// - Parameter told: Trials that ended before; nil for all that have ended by now.
  init(_ run: SweepRun, told: Set<String>? = nil) {
    self.run = run
    let ended = run.plan.trials.filter { Self.hasEnded(run.state($0)) }.map(\.folder)
    self.told = told ?? Set(ended)
    display = RunDisplay(run, total: run.plan.trials.count - self.told.count)
  }

  /// Shows what has changed.
  mutating func look() {
    let readings = run.plan.trials.map { ($0, run.read($0)) }
    for (trial, reading) in readings
    where Self.hasEnded(reading.state) && told.insert(trial.folder).inserted {
      display.show(.ended(trial, reading.status))
    }
    display.show(.tick(running: readings.filter { $0.1.state == .running }.map(\.0)))
  }

  /// True while a process runs the trials or adds to them, or they are in a scheduler's queue.
  var isCarriedOn: Bool {
    get async throws {
      if FolderLock.isHeld(run.results.url) { return true }
      if run.plan.trials.contains(where: { run.state($0) == .running }) { return true }
      for submission in try run.results.submissions() {
        if try await !submission.tasks().isEmpty { return true }
      }
      return false
    }
  }

  private static func hasEnded(_ state: TrialState) -> Bool {
    state == .finished || state == .failed
  }
}
