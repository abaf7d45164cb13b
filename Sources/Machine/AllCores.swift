internal import Dispatch

/// Works on all items on all cores, and keeps the results in their order.
///
/// For what reads files or texts. What computes runs on threads whose number is asked for, which it shares with the
/// libraries of numbers: `lethe_run_workers` of `Kernels`.
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
