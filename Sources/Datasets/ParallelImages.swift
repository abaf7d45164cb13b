internal import Dispatch
internal import Foundation

/// Called now and then while images load, never twice at once, and at the end.
public typealias LoadProgress = @Sendable (_ done: Int, _ total: Int) -> Void

/// An image that could not be read.
struct ImageFailure {
  let index: Int
  let error: DataError
}

/// Runs `body` for every image on all cores.
///
/// - Parameter stopAtFailure: Whether to start no image after the first that failed.
/// - Returns: Failures in the images' order. The first one does not depend on timing.
func forEachImage(
  _ count: Int, stopAtFailure: Bool, progress: LoadProgress?,
  _ body: @Sendable (Int) throws -> Void
) -> [ImageFailure] {
  let state = ParallelState(total: count, stopAtFailure: stopAtFailure, progress: progress)
  DispatchQueue.concurrentPerform(iterations: count) { index in
    guard state.shouldStart(index) else { return }
    do {
      try body(index)
      state.finished(index, nil)
    } catch {
      let error = error as? DataError ?? DataError(file: "image \(index)", problem: "\(error)")
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
  private(set) var failures: [ImageFailure] = []
  private var firstFailure = Int.max

  init(total: Int, stopAtFailure: Bool, progress: LoadProgress?) {
    self.total = total
    self.stopAtFailure = stopAtFailure
    self.progress = progress
  }

  /// Images before a failed one still run, so that the first failure is always found.
  func shouldStart(_ index: Int) -> Bool {
    lock.withLock { !stopAtFailure || index < firstFailure }
  }

  func finished(_ index: Int, _ error: DataError?) {
    lock.withLock {
      if let error {
        failures.append(ImageFailure(index: index, error: error))
        firstFailure = min(firstFailure, index)
      }
      done += 1
      // About a hundred calls, whatever the number of images.
      if let progress, done == total || done % max(1, total / 100) == 0 { progress(done, total) }
    }
  }
}
