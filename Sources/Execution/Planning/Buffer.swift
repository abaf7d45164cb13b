/// A piece of memory that a plan reads and writes.
package struct Buffer {
  /// The place of a buffer's memory, and how long its contents last.
  package enum Kind: Equatable {
    /// Lives in the arena while it is needed.
    case temporary
    /// Lives in the arena to the end of the run, because the caller reads it.
    case output
    /// Is a variable's memory, which lasts from run to run.
    case variable(String)
    /// Is set by the caller before each run.
    case input(String)
    /// Holds the same numbers in every run.
    case constant([Float])
    /// Is the memory of another buffer, a variable's: the new value replaces the old one in place.
    case replaced(BufferID)
  }

  /// Elements (floats), padding of weight layouts included.
  package let count: Int
  /// The place of its memory, and how long its contents last.
  package internal(set) var kind: Kind

  /// Describes a buffer.
  package init(count: Int, kind: Kind) {
    self.count = count
    self.kind = kind
  }
}
