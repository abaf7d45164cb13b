internal import Complaints
internal import Dispatch
internal import Foundation

/// Called now and then while examples load, never twice at once, and at the end.
public typealias LoadProgress = @Sendable (_ done: Int, _ total: Int) -> Void

/// A file or image that could not be read.
struct LoadFailure {
  let index: Int
  let error: any Error

  /// The file as one that was left out.
  var skippedFile: SkippedFile {
    SkippedFile(error) ?? SkippedFile(file: "example \(index)", problem: "\(error)")
  }
}

/// Runs `body` for every index on all cores.
///
/// - Parameter stopAtFailure: Whether to start nothing after the first that failed.
/// - Returns: Failures in the order of indices. The first one does not depend on timing.
func forEachIndex(
  _ count: Int, stopAtFailure: Bool, progress: LoadProgress?,
  _ body: @Sendable (Int) throws -> Void
) -> [LoadFailure] {
  let state = ParallelState(total: count, stopAtFailure: stopAtFailure, progress: progress)
  DispatchQueue.concurrentPerform(iterations: count) { index in
    guard state.shouldStart(index) else { return }
    do {
      try body(index)
      state.finished(index, nil)
    } catch {
      state.finished(index, error)
    }
  }
  return state.failures.sorted { $0.index < $1.index }
}

/// What the threads share; every access is under the lock.
private final class ParallelState: @unchecked Sendable {
  private let lock = NSLock()
  private let total: Int
  private let stopAtFailure: Bool
  private let progress: LoadProgress?
  private var done = 0
  private(set) var failures: [LoadFailure] = []
  private var firstFailure = Int.max

  init(total: Int, stopAtFailure: Bool, progress: LoadProgress?) {
    self.total = total
    self.stopAtFailure = stopAtFailure
    self.progress = progress
  }

  /// What comes before a failure still runs, so that the first failure is always found.
  func shouldStart(_ index: Int) -> Bool {
    lock.withLock { !stopAtFailure || index < firstFailure }
  }

  func finished(_ index: Int, _ error: (any Error)?) {
    lock.withLock {
      if let error {
        failures.append(LoadFailure(index: index, error: error))
        firstFailure = min(firstFailure, index)
      }
      done += 1
      // About a hundred calls, whatever the total.
      if let progress, done == total || done % max(1, total / 100) == 0 { progress(done, total) }
    }
  }
}
