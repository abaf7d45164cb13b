internal import Foundation
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
      let problem = await problem(of: trial)
      let status = try TrialStatus.read(from: run.folder(trial).status)
      // A failure that the trial's status tells of ends that trial alone; any other ends the run.
      if let problem, status?.state != .failed { throw problem }
      report(.ended(trial, status))
    }
  }

  /// Trains on a thread of its own, as tasks that it waits for may have no other than this one.
  ///
  /// - Returns: The error that training ends with; nil without one.
  private func problem(of trial: SweepRecord.Trial) async -> (any Error)? {
    await withCheckedContinuation { continuation in
      let thread = Thread {
        var problem: (any Error)?
        do { try train(trial) } catch { problem = error }
        continuation.resume(returning: problem)
      }
      thread.stackSize = Self.stackBytes
      thread.start()
    }
  }

  private static let stackBytes = 8 << 20
}
