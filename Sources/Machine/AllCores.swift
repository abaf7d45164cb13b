internal import Dispatch

/// Applies a function to all items on all cores, and returns the results in the order of the items.
///
/// It is for reading files or texts. Computations run on a chosen number of threads, which they share with
/// the numerical libraries; see `lethe_run_workers` of `Kernels`.
package func onAllCores<Item, Result>(
  _ items: [Item], _ work: @Sendable (Item) -> Result
) -> [Result] {
  [Result](unsafeUninitializedCapacity: items.count) { buffer, filled in
    if let start = buffer.baseAddress {
      // Every item has an element of its own.
      nonisolated(unsafe) let (target, source) = (start, items)
      DispatchQueue.concurrentPerform(iterations: items.count) { index in
        (target + index).initialize(to: work(source[index]))
      }
    }
    filled = items.count
  }
}
