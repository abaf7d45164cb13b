internal import Files
internal import Foundation
internal import Records

/// The trials of a local run: which wait, which run, and what becomes of those that ended.
struct Crew {
  /// A trial that is killed this many times without getting any further has failed.
  private static let patience = 3

  private struct Member {
    let trial: SweepRecord.Trial
    let process: TrialProcess
    let memoryBytes: Double
    /// What its files looked like when they last changed, and when that was.
    var signs: SignsOfLife
    var seen = ContinuousClock.now
    var isSilent = false
  }

  private let run: SweepRun
  private let executor: LocalExecutor
  private var waiting: ArraySlice<SweepRecord.Trial>
  private var running: [String: Member] = [:]
  /// How often a trial was killed at the step that it is at.
  private var kills: [String: (step: Int, count: Int)] = [:]
  private var stopped: ContinuousClock.Instant?

  init(_ trials: [SweepRecord.Trial], of run: SweepRun, _ executor: LocalExecutor) {
    self.run = run
    self.executor = executor
    waiting = trials[...]
  }

  /// Whether nothing runs and nothing will.
  var isDone: Bool { running.isEmpty && (waiting.isEmpty || stopped != nil) }

  /// What runs, in the order of the plan.
  var runningTrials: [SweepRecord.Trial] {
    running.values.map(\.trial).sorted { ($0.seed, $0.arm) < ($1.seed, $1.arm) }
  }

  /// The next trial that there is room for.
  mutating func next() throws -> (SweepRecord.Trial, TrialProcess)? {
    guard stopped == nil, running.count < executor.limits.jobs, let trial = waiting.first else {
      return nil
    }
    let memory = executor.memoryBytes(trial)
    let used = running.values.reduce(0) { $0 + $1.memoryBytes }
    guard running.isEmpty || used + memory <= executor.limits.memoryBytes else { return nil }
    waiting.removeFirst()
    let folder = run.folder(trial)
    try folder.create()
    let process = TrialProcess()
    running[trial.folder] = Member(
      trial: trial, process: process, memoryBytes: memory, signs: SignsOfLife(folder))
    return (trial, process)
  }

  /// Asks all to stop; after some time, makes them.
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

  /// Kills those whose files have not changed for too long.
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

  /// Finds out what has become of a trial whose process ended.
  ///
  /// - Returns: Nil when it is to be started again.
  /// - Throws: `FileError` when that cannot be written.
  mutating func conclude(
    _ name: String, _ ending: TrialProcess.Ending
  ) throws -> (SweepRecord.Trial, TrialStatus?)? {
    guard let member = running.removeValue(forKey: name) else { return nil }
    let trial = member.trial
    let folder = run.folder(trial)
    let reading = run.read(trial)
    let status = reading.status
    // Someone else trains it: that one writes its status.
    if FolderLock.isHeld(folder.url) || reading.state == .finished { return (trial, status) }
    if status?.state == .failed, case .exited(let code) = ending, code != 0 {
      return (trial, status)
    }
    let failure: String
    switch ending {
    // It may have ended without a word of its own where a computation did not.
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

  /// Puts a killed trial back in the queue unless it was killed here too often.
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

  /// The last error that a process wrote, or else its last line.
  private func lastLine(_ folder: TrialFolder) -> String? {
    let lines = LastLines.of(folder.output, count: 20)
    return lines.last { $0.hasPrefix("error: ") }.map { String($0.dropFirst(7)) } ?? lines.last
  }
}

/// What changes in a trial's folder while it is at work.
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
