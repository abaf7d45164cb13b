public import Records
internal import Foundation

/// Runs trials as processes of this machine, several side by side.
public struct LocalExecutor: Executor {
  /// How many, and how they are watched.
  public struct Limits: Sendable {
    /// Trials side by side.
    public var jobs: Int
    /// Bytes that all running trials together may need; one is always allowed.
    public var memoryBytes: Double
    /// How long a trial may show no sign of life before it is killed.
    public var silence: Duration
    /// How long a trial may take to stop before it is killed.
    public var grace: Duration

    /// One trial a core and nine tenths of the machine's memory, unless said otherwise.
    public init(
      jobs: Int? = nil, memoryBytes: Double? = nil, silence: Duration = .seconds(3600),
      grace: Duration = .seconds(30)
    ) {
      let machine = ProcessInfo.processInfo
      self.jobs = jobs ?? machine.activeProcessorCount
      self.memoryBytes = memoryBytes ?? 0.9 * Double(machine.physicalMemory)
      self.silence = silence
      self.grace = grace
    }
  }

  let limits: Limits
  let command: @Sendable (SweepRecord.Trial) -> [String]
  let memoryBytes: @Sendable (SweepRecord.Trial) -> Double

  /// Describes how trials are started.
  ///
  /// - Parameters:
  ///   - limits: See there.
  ///   - memoryBytes: What a trial is expected to need.
  ///   - command: The program with its arguments, by its full path.
  public init(
    limits: Limits = Limits(),
    memoryBytes: @escaping @Sendable (SweepRecord.Trial) -> Double = { _ in 0 },
    command: @escaping @Sendable (SweepRecord.Trial) -> [String]
  ) {
    self.limits = limits
    self.memoryBytes = memoryBytes
    self.command = command
  }

  /// Seconds between two looks at the running trials.
  private static let interval = Duration.milliseconds(100)

  private enum Happening: Sendable {
    case tick
    case ended(String, TrialProcess.Ending)
  }

  /// Starts, watches and ends the processes.
  ///
  /// - Throws: `FileError` when what has become of a trial cannot be written.
  public func run(
    _ trials: [SweepRecord.Trial], of run: SweepRun,
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (SweepEvent) -> Void
  ) async throws {
    let lifeline = try Lifeline()
    var crew = Crew(trials, of: run, self)
    try await withThrowingTaskGroup(of: Happening.self) { group in
      func tick() {
        group.addTask {
          try? await Task.sleep(for: Self.interval)
          return .tick
        }
      }
      tick()
      while let happening = try await group.next() {
        switch happening {
        case .tick:
          if shouldStop() { crew.stop() }
          crew.killSilent()
          while let (trial, process) = try crew.next() {
            report(.started(trial))
            let (command, log) = (command(trial), run.folder(trial).output.path)
            group.addTask {
              .ended(trial.folder, await process.run(command, lifeline: lifeline, log: log))
            }
          }
          report(.tick(running: crew.runningTrials))
          if crew.isDone { return group.cancelAll() }
          tick()
        case .ended(let folder, let ending):
          if let (trial, status) = try crew.conclude(folder, ending) {
            report(.ended(trial, status))
          }
        }
      }
    }
  }
}
