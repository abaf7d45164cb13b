internal import Complaints
internal import Experiments
internal import Files
internal import Foundation
internal import Processes
internal import Records

/// A trainer's command while it runs.
struct TrainerProcess {
  /// Seconds that a command may take to stop once it is told to.
  private static let patience = Duration.seconds(15)
  /// Variables by which libraries are told how many threads to use.
  private static let namesOfThreads = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
  private static let interval = DispatchTimeInterval.milliseconds(100)

  let experiment: Experiment
  let folder: TrialFolder
  /// Threads that the command is asked to use, by what most libraries read.
  let threads: Int
  /// The key of the command, for errors.
  let key: String
  let shouldStop: () -> Bool

  /// Runs a command to its end.
  ///
  /// - Parameter look: Called several times a second, and once more when the command has ended.
  /// - Throws: `Stopped` where it was told to stop; `TrainerError` where it fails.
  func run(_ command: [String], look: () throws -> Void) throws {
    let held = try HeldCommand.arguments(command)
    let lifeline = try Lifeline()
    let process = ChildProcess()
    // The semaphore orders both accesses.
    nonisolated(unsafe) var ending = ChildProcess.Ending.exited(0)
    let ended = DispatchSemaphore(value: 0)
    let (place, log) = (experiment.folder, folder.output.path)
    let variables = Dictionary(
      uniqueKeysWithValues: Self.namesOfThreads.map { ($0, "\(threads)") })
    Task.detached {
      ending = await process.run(
        held, in: place, variables: variables, lifeline: lifeline, log: log)
      ended.signal()
    }
    var asked: ContinuousClock.Instant?
    do {
      while ended.wait(timeout: .now() + Self.interval) == .timedOut {
        try look()
        if asked == nil, shouldStop() {
          asked = .now
          process.send(SIGTERM)
        }
        // Then the process in between kills the command and itself.
        if let asked, .now - asked > Self.patience { lifeline.cut() }
      }
      try look()
    } catch {
      lifeline.cut()
      ended.wait()
      throw error
    }
    if asked != nil { throw Stopped() }
    guard ending != .exited(0) else { return }
    throw TrainerError(key: key, ending: text(ending), output: lastLine)
  }

  private func text(_ ending: ChildProcess.Ending) -> String {
    switch ending {
    case .exited(let status) where status > 128: "was killed by signal \(status - 128)"
    case .exited(let status): "ended with status \(status)"
    case .killed(let signal): "was killed by signal \(signal)"
    case .notStarted(let problem): "could not be started: \(problem)"
    }
  }

  private var lastLine: String? { LastLines.of(folder.output, count: 1).last }
}

/// A trainer's command that failed.
struct TrainerError: Error, CustomStringConvertible {
  /// The key of the command.
  let key: String
  /// How it ended, in words.
  let ending: String
  /// The last line that it printed; nil where there is none.
  let output: String?

  /// The key, the end and the last line on one line.
  var description: String { "\(key): the command \(ending)" + (output.map { ": \($0)" } ?? "") }
}
