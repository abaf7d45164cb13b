public import Records

/// A way to run trials. Each trial writes its own folder, and its state is read from there.
public protocol Executor: Sendable {
  /// Runs trials, or hands them to a scheduler.
  ///
  /// - Parameters:
  ///   - trials: The trials to run, in this order.
  ///   - run: The plan that the trials belong to.
  ///   - shouldStop: Asked several times a second; when true, trials are stopped with a checkpoint.
  ///   - report: Receives the events.
  /// - Throws: Errors that keep trials from being run at all. A trial that fails does not throw.
  func run(
    _ trials: [SweepRecord.Trial], of run: SweepRun,
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (SweepEvent) -> Void
  ) async throws
}

/// An event while trials run.
public enum SweepEvent: Sendable {
  /// A trial was started, or started again after it was killed.
  case started(SweepRecord.Trial)
  /// Some time has passed, and these trials are running.
  case tick(running: [SweepRecord.Trial])
  /// A trial ended, with this status; nil when the trial has written none.
  case ended(SweepRecord.Trial, TrialStatus?)
  /// The trials were handed to a scheduler, with a message for the user.
  case submitted(String)
}
