public import Records

/// Runs trials one after the other in this process. It is meant for debugging: a crash of one trial ends them all.
public struct InProcessExecutor: Executor {
  private let train: @Sendable (SweepRecord.Trial) throws -> Void

  /// Makes an executor from the training of one trial.
  ///
  /// - Parameter train: Trains a trial to its end, or until it is to stop, and writes its folder.
  public init(train: @escaping @Sendable (SweepRecord.Trial) throws -> Void) {
    self.train = train
  }

  /// Trains the trials one after the other.
  public func run(
    _ trials: [SweepRecord.Trial], of run: SweepRun,
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (SweepEvent) -> Void
  ) async throws {
    for trial in trials where !shouldStop() {
      report(.started(trial))
      var problem: (any Error)?
      do { try train(trial) } catch { problem = error }
      let status = try TrialStatus.read(from: run.folder(trial).status)
      // A failure that the trial's status tells of ends that trial alone; any other ends the run.
      if let problem, status?.state != .failed { throw problem }
      report(.ended(trial, status))
    }
  }
}
