internal import Files
internal import Foundation
internal import Processes
internal import Records

/// The trials of a local run: those that wait, those that run, and the outcome of those that ended.
struct Crew {
  /// The number of kills without progress after which a trial has failed.
  private static let patience = 3

  private struct Member {
    let trial: SweepRecord.Trial
    let process: ChildProcess
    let memoryBytes: Double
    /// The state of its files when they last changed, and the time of that.
    var signs: SignsOfLife
    var seen = ContinuousClock.now
    var isSilent = false
  }

  private let run: SweepRun
  private let executor: LocalExecutor
  private var waiting: ArraySlice<SweepRecord.Trial>
  private var running: [String: Member] = [:]
  /// The step at which a trial was killed last, and the number of its kills there, by its folder.
  private var kills: [String: (step: Int, count: Int)] = [:]
  private var stopped: ContinuousClock.Instant?

  init(_ trials: [SweepRecord.Trial], of run: SweepRun, _ executor: LocalExecutor) {
    self.run = run
    self.executor = executor
    waiting = trials[...]
  }

  /// True if nothing runs and nothing will be started.
  var isDone: Bool { running.isEmpty && (waiting.isEmpty || stopped != nil) }

  /// The running trials, by seed and then by the name of their arm.
  var runningTrials: [SweepRecord.Trial] {
    running.values.map(\.trial).sorted { ($0.seed, $0.arm) < ($1.seed, $1.arm) }
  }

  /// Takes the next trial from the queue; nil if there is no room for it yet, or none is left.
  mutating func next() throws -> (SweepRecord.Trial, ChildProcess)? {
    guard stopped == nil, running.count < executor.limits.jobs, let trial = waiting.first else {
      return nil
    }
    let memory = executor.memoryBytes(trial)
    let used = running.values.reduce(0) { $0 + $1.memoryBytes }
    guard running.isEmpty || used + memory <= executor.limits.memoryBytes else { return nil }
    waiting.removeFirst()
    let folder = run.folder(trial)
    try folder.create()
    let process = ChildProcess()
    running[trial.folder] = Member(
      trial: trial, process: process, memoryBytes: memory, signs: SignsOfLife(folder))
    return (trial, process)
  }

  /// Asks all trials to stop; after the grace period, kills them.
  mutating func stop() {
    guard let stopped else {
      stopped = .now
      for member in running.values { member.process.send(SIGTERM) }
      return
    }
    if .now - stopped > executor.limits.grace {
      for member in running.values { member.process.send(SIGKILL) }
    }
  }

  /// Kills trials whose files have not changed for too long.
  mutating func killSilent() {
    for (name, var member) in running {
      let signs = SignsOfLife(run.folder(member.trial))
      if signs != member.signs {
        (member.signs, member.seen) = (signs, .now)
      } else if !member.isSilent, .now - member.seen > executor.limits.silence {
        member.isSilent = true
        member.process.send(SIGKILL)
      }
      running[name] = member
    }
  }

  /// Determines the outcome of a trial whose process ended, and records a failure in its status.
  ///
  /// - Returns: The trial and its status; nil when it is to be started again.
  /// - Throws: `FileError` when the failure cannot be recorded.
  mutating func conclude(
    _ name: String, _ ending: ChildProcess.Ending
  ) throws -> (SweepRecord.Trial, TrialStatus?)? {
    guard let member = running.removeValue(forKey: name) else { return nil }
    let trial = member.trial
    let folder = run.folder(trial)
    let reading = run.read(trial)
    let status = reading.status
    // Another process trains it, and writes its status.
    if FolderLock.isHeld(folder.url) || reading.state == .finished { return (trial, status) }
    if status?.state == .failed, case .exited(let code) = ending, code != 0 {
      return (trial, status)
    }
    let failure: String
    switch ending {
    // A process that gave up on a computation without end has not written its status.
    case .exited where stopped != nil: return (trial, status)
    case .killed where member.isSilent:
      failure = "no sign of life for \(executor.limits.silence.components.seconds) s"
    case .killed where stopped != nil: return (trial, status)
    case .killed(let signal):
      if isWorthAnotherAttempt(trial) { return nil }
      failure =
        "killed by signal \(signal) \(Self.patience) times without a step of progress"
        + (signal == SIGKILL ? "; was the memory exhausted?" : "")
    case .exited(let code) where status?.state == .interrupted:
      if isWorthAnotherAttempt(trial) { return nil }
      failure = "stopped \(Self.patience) times with status \(code) without a step of progress"
    case .exited(let code):
      failure = "ended with status \(code)" + (lastLine(folder).map { ": \($0)" } ?? "")
    case .notStarted(let problem): failure = "could not be started: \(problem)"
    }
    return (trial, try record(failure, trial, earlier: status))
  }

  /// Puts a killed trial back in the queue, unless it was killed too often without progress.
  ///
  /// - Returns: False if it was killed too often.
  private mutating func isWorthAnotherAttempt(_ trial: SweepRecord.Trial) -> Bool {
    let folder = run.folder(trial)
    let step =
      (TrialProgress(folder)?.step ?? 0) + (MeasuringProgress(of: folder)?.done ?? 0)
    let earlier = kills[trial.folder]
    let count = earlier.map { $0.step < step ? 1 : $0.count + 1 } ?? 1
    kills[trial.folder] = (step, count)
    guard count < Self.patience else { return false }
    waiting = [trial] + waiting
    return true
  }

  private func record(
    _ reason: String, _ trial: SweepRecord.Trial, earlier: TrialStatus?
  ) throws -> TrialStatus {
    let folder = run.folder(trial)
    try folder.create()
    let status = TrialStatus.failure(reason, after: earlier)
    try status.write(to: folder.status)
    return status
  }

  /// The last error that a trial's process wrote, or else the last line of its output.
  private func lastLine(_ folder: TrialFolder) -> String? {
    let lines = LastLines.of(folder.output, count: 20)
    return lines.last { $0.hasPrefix("error: ") }.map { String($0.dropFirst(7)) } ?? lines.last
  }
}

/// Sizes and times of the files that change in a trial's folder while it runs.
private struct SignsOfLife: Equatable {
  private var sizes: [Int64] = []

  init(_ folder: TrialFolder) {
    for file in [folder.log, folder.output, folder.status, folder.checkpoint] {
      var status = stat()
      let isThere = stat(file.path, &status) == 0
      sizes += isThere ? [Int64(status.st_size), Int64(status.st_mtim.tv_sec)] : [-1, -1]
    }
  }
}
