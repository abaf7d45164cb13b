internal import Machine
internal import Synchronization

/// Reports progress: called now and then while examples load, and at the end, never by two threads at once.
public typealias LoadProgress = @Sendable (_ done: Int, _ total: Int) -> Void

/// Processes all items on all cores, where some may fail.
///
/// - Parameters:
///   - skipBroken: True to leave out what fails. Otherwise no item after a failed one is started.
///   - work: Processes one item; it may write only what belongs to that item.
/// - Returns: Results of the items that succeeded, and the failures, both in the order of the items.
/// - Throws: Unless failures are left out, that of the first item that fails, in the order of the items.
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
  for outcome in outcomes {
    switch outcome {
    case .success(let result): results.append(result)
    case .failure(let error):
      guard skipBroken, let file = SkippedFile(error) else { throw error }
      skipped.append(file)
    case nil: break
    }
  }
  return (results, skipped)
}

/// The progress of all threads together.
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

  /// True unless an earlier item has failed. Items before a failed one still run, so that the first failure
  /// is always found.
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
