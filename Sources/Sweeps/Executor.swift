public import Records

/// A way to run trials. Each writes its own folder; what has become of it is read from there.
public protocol Executor: Sendable {
  /// Runs trials, or hands them to a scheduler.
  ///
  /// - Parameters:
  ///   - trials: Those that are to be run, in this order.
  ///   - run: The plan they are of.
  ///   - shouldStop: Asked several times a second; when true, trials are stopped with a checkpoint.
  ///   - report: Is told what happens.
  /// - Throws: What keeps any trial from being run. A trial that fails does not throw.
  func run(
    _ trials: [SweepRecord.Trial], of run: SweepRun,
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (SweepEvent) -> Void
  ) async throws
}

/// What happens while trials run.
public enum SweepEvent: Sendable {
  /// A trial was started, or started again after it was killed.
  case started(SweepRecord.Trial)
  /// Some time has passed.
  case tick(running: [SweepRecord.Trial])
  /// A trial ended; its status says how. Nil when nothing could be written.
  case ended(SweepRecord.Trial, TrialStatus?)
  /// The trials are in the hands of a scheduler.
  case submitted(String)
}
