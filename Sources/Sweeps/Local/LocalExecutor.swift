internal import Processes
public import Records
internal import Foundation

/// Runs trials as processes of this machine, several side by side.
public struct LocalExecutor: Executor {
  /// Limits on the number of trials, on memory and on waiting times.
  public struct Limits: Sendable {
    /// Trials side by side.
    public var jobs: Int
    /// Bytes that all running trials together may need; one trial may always run.
    public var memoryBytes: Double
    /// Time without a sign of life after which a trial is killed.
    public var silence: Duration
    /// Time after which a trial that was asked to stop is killed.
    public var grace: Duration

    /// Sets limits; by default one trial a core and nine tenths of the machine's memory.
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
  ///   - limits: Number of trials side by side, memory and waiting times.
  ///   - memoryBytes: Bytes that a trial is expected to need.
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

  /// Time between two checks of the running trials.
  private static let interval = Duration.milliseconds(100)

  private enum Happening: Sendable {
    case tick
    case ended(String, ChildProcess.Ending)
  }

  /// Starts, watches and ends the processes.
  ///
  /// - Throws: `FileError` when a trial's folder or status cannot be written.
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
