internal import Foundation
internal import Loading

/// Checks that memory can be had before it is used.
package enum Memory {
  /// The reason why so many bytes cannot be had, to be written behind "and"; nil when they can.
  package static func problem(bytes: Double) -> String? {
    let machine = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes <= machine else { return "the machine has \(megabytes(machine)) MB" }
    return canMap(Int(max(1, bytes))) ? nil : LETHE_MAP_LIMIT
  }

  /// Makes sure that so many threads can compute, or, with 0, that the program can go on. Without memory
  /// OpenBLAS asks for it for ever, and the dispatcher waits for threads that do not start.
  package static func require(threads: Int = 0) throws(MachineError) {
    let megabytes = (threads + 1) * Int(LETHE_THREAD_MEGABYTES)
    // Most of the memory is never touched, so that it may exceed the machine's.
    if canMap(megabytes << 20, touching: false) { return }
    throw MachineError(
      description: (threads > 0 ? "--threads \(threads)" : "the program")
        + " maps \(megabytes) MB beside its data, and \(LETHE_MAP_LIMIT)")
  }

  private static func canMap(_ bytes: Int, touching: Bool = true) -> Bool {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | (touching ? 0 : MAP_NORESERVE)
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let memory, memory != MAP_FAILED else { return false }
    munmap(memory, bytes)
    return true
  }

  private static func megabytes(_ bytes: Double) -> Int { Int((bytes / 1_048_576).rounded(.up)) }
}
