internal import Complaints
internal import Machine

/// Refuses data for which there is no memory, before any of it is allocated.
///
/// - Throws: `DataError` with the size, and the reason why memory for it cannot be had.
package func requireMemory(_ byteCount: Int, file: String) throws {
  guard let problem = Memory.problem(bytes: Double(byteCount)) else { return }
  throw DataError(
    file: file, problem: "needs \(byteCount >> 20) MB of memory, and \(problem)", isShortage: true)
}

/// The product of extents, or nil if it overflows; a zero makes it zero whatever the others are.
package func product(_ extents: [Int]) -> Int? {
  if extents.contains(0) { return 0 }
  return extents.reduce(1 as Int?) { partial, extent in
    guard let (value, overflow) = partial?.multipliedReportingOverflow(by: extent) else {
      return nil
    }
    return overflow ? nil : value
  }
}
