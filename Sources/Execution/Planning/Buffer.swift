/// A piece of memory that a plan reads and writes.
package struct Buffer {
  /// Where a buffer lives, and how long.
  package enum Kind: Equatable {
    /// Lives in the arena while it is needed.
    case temporary
    /// Lives in the arena to the end of the step, because the caller reads it.
    case output
    /// Is a variable's memory, which lasts from run to run.
    case variable(String)
    /// Is set by the caller before each run.
    case input(String)
    /// Holds the same numbers for ever.
    case constant([Float])
    /// Is the variable's own memory: the new value replaces the old one in place.
    case replaced(BufferID)
  }

  /// Elements (floats), padding of weight layouts included.
  package let count: Int
  /// Where it lives.
  package internal(set) var kind: Kind

  /// Describes memory.
  package init(count: Int, kind: Kind) {
    self.count = count
    self.kind = kind
  }
}
