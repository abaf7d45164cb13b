public import Records

/// Runs trials one after the other in this process: for debugging, as a crash of a trial ends all.
public struct InProcessExecutor: Executor {
  private let train: @Sendable (SweepRecord.Trial) throws -> Void

  /// - Parameter train: Trains a trial to its end, or until it is to stop, and writes its folder.
  public init(train: @escaping @Sendable (SweepRecord.Trial) throws -> Void) {
    self.train = train
  }

  /// Trains one after the other.
  public func run(
    _ trials: [SweepRecord.Trial], of run: SweepRun,
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (SweepEvent) -> Void
  ) async throws {
    for trial in trials where !shouldStop() {
      report(.started(trial))
      // What went wrong is in the trial's status.
      try? train(trial)
      report(.ended(trial, try TrialStatus.read(from: run.folder(trial).status)))
    }
  }
}
