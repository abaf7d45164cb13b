import Autodiff

/// A piece of memory that a plan reads and writes.
struct Buffer {
  enum Kind: Equatable {
    /// Lives in the arena while it is needed.
    case temporary
    /// Lives in the arena to the end of the step, because the caller reads it.
    case output
    case variable(String)
    case input(String)
    case constant([Float])
    /// Is the variable's own memory: the new value replaces the old one in place.
    case replaced(BufferID)
  }

  /// Elements (floats), padding of oneDNN's layouts included.
  var count: Int
  var kind: Kind
}

/// One thing a program does. A reference, so that programs copy instructions without what they are made of, and which of them
/// it is stands in a word of its own, where valgrind can follow it.
indirect enum Instruction {
  case kernel(FusedKernel)
  case contraction(Contraction)
  /// Instructions that each worker runs on its share of the rows.
  case rows(RowRegion)
  /// Stops the run when the scalar is not finite.
  case check(BufferID, output: String)

  var reads: [BufferID] {
    switch self {
    case .kernel(let kernel):
      kernel.values.compactMap { if case .load(let view) = $0 { view.buffer } else { nil } }
    case .contraction(let contraction): contraction.operands.filter(\.isRead).map(\.buffer)
    case .rows(let region): region.reads
    case .check(let buffer, _): [buffer]
    }
  }

  var writes: [BufferID] {
    switch self {
    case .kernel(let kernel):
      kernel.stores.map(\.view.buffer) + kernel.reductions.map(\.view.buffer)
    case .contraction(let contraction): contraction.operands.filter { !$0.isRead }.map(\.buffer)
    case .rows(let region): region.writes
    case .check: []
    }
  }
}
