internal import Foundation

/// Memory that is asked for before it is used.
package enum Memory {
  /// What a thread that computes maps beside its data: OpenBLAS takes 128 MB for each of its callers, the
  /// C library's allocator reserves as much, and there is its stack. The threads that wait for signals, time
  /// and files take as much together.
  private static let bytesOfThread = 264.0 * 1_048_576

  /// Why memory cannot be had, to be written behind "and"; nil when it can.
  package static func problem(bytes: Double) -> String? {
    let machine = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes <= machine else { return "the machine has \(megabytes(machine)) MB" }
    return canMap(Int(max(1, bytes))) ? nil : limit
  }

  private static let limit = "this process may not map so much (see ulimit -v)"

  /// Makes sure that threads can compute, or that the process can go on at all: without memory OpenBLAS asks for
  /// it for ever, and the dispatcher waits for threads that do not start.
  package static func require(threads: Int = 0) throws(MachineError) {
    let bytes = Double(threads + 1) * bytesOfThread
    // Most of it is never touched, so that it may exceed the machine's.
    if canMap(Int(bytes), touching: false) { return }
    throw MachineError(
      description: (threads > 0 ? "--threads \(threads)" : "the program")
        + " maps \(megabytes(bytes)) MB beside its data, and \(limit)")
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
