internal import Machine
internal import Synchronization

/// Called now and then while examples load, never twice at once, and at the end.
public typealias LoadProgress = @Sendable (_ done: Int, _ total: Int) -> Void

/// Works on all items on all cores, where some may fail.
///
/// - Parameters:
///   - skipBroken: Whether what fails is left out. Otherwise nothing is started after the first failure.
///   - work: May write what belongs to its item alone.
/// - Returns: What came of those that succeeded, and the failures, both in the order of items.
/// - Throws: The first failure in the order of items, whenever it came, unless they are left out.
func loadOnAllCores<Item, Outcome>(
  _ items: [Item], skipBroken: Bool, progress: LoadProgress?,
  _ work: @Sendable (Item) throws -> Outcome
) throws -> (results: [Outcome], skipped: [SkippedFile]) {
  let watch = LoadWatch(total: items.count, stopAtFailure: !skipBroken, progress: progress)
  nonisolated(unsafe) let items = items
  let outcomes = onAllCores(Array(items.indices)) { index -> Result<Outcome, any Error>? in
    guard watch.shouldStart(index) else { return nil }
    let outcome = Result { try work(items[index]) }
    watch.finish(index, failed: (try? outcome.get()) == nil)
    return outcome
  }
  var results: [Outcome] = []
  var skipped: [SkippedFile] = []
  for (index, outcome) in outcomes.enumerated() {
    switch outcome {
    case .success(let result): results.append(result)
    case .failure(let error):
      guard skipBroken else { throw error }
      skipped.append(
        SkippedFile(error) ?? SkippedFile(file: "example \(index)", problem: "\(error)"))
    case nil: break
    }
  }
  return (results, skipped)
}

/// How far the threads are together.
private final class LoadWatch: Sendable {
  private struct State {
    var done = 0
    var firstFailure = Int.max
  }

  private let total: Int
  private let stopAtFailure: Bool
  private let progress: LoadProgress?
  private let state = Mutex(State())

  init(total: Int, stopAtFailure: Bool, progress: LoadProgress?) {
    (self.total, self.stopAtFailure, self.progress) = (total, stopAtFailure, progress)
  }

  /// What comes before a failure still runs, so that the first failure is always found.
  func shouldStart(_ index: Int) -> Bool {
    !stopAtFailure || state.withLock { index < $0.firstFailure }
  }

  func finish(_ index: Int, failed: Bool) {
    state.withLock { state in
      if failed { state.firstFailure = min(state.firstFailure, index) }
      state.done += 1
      // About a hundred calls, whatever the total.
      guard let progress, state.done == total || state.done % max(1, total / 100) == 0 else {
        return
      }
      progress(state.done, total)
    }
  }
}
