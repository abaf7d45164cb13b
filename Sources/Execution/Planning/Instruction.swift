/// One step of a program.
///
/// The enumeration is indirect, that is, a reference: copying it does not copy the contents, and the case lies
/// in a word of its own, where valgrind can follow it.
package indirect enum Instruction {
  /// Element-wise operations over one iteration space.
  case kernel(FusedKernel)
  /// A matrix product, a convolution or one of its gradients.
  case contraction(Contraction)
  /// Elements that go where an array says.
  case moves(Moves)
  /// A magnitude of each row.
  case selection(Selection)
  /// A change of a weight's layout.
  case rearrangement(Rearrangement)
  /// Instructions that each worker runs on its share of the rows.
  case rows(RowRegion)
  /// Stops the run when the scalar is not finite.
  case check(BufferID, name: String)

  /// The buffers that are read.
  package var reads: [BufferID] {
    switch self {
    case .kernel(let kernel): kernel.loads.map(\.buffer)
    case .contraction(let contraction): contraction.operands.map(\.buffer)
    case .moves(let moves): [moves.source.buffer, moves.places.buffer]
    case .selection(let selection): [selection.source.buffer]
    case .rearrangement(let change): [change.source]
    case .rows(let region): region.reads
    case .check(let buffer, _): [buffer]
    }
  }

  /// The buffers that are written, working memory included.
  package var writes: [BufferID] {
    switch self {
    case .kernel(let kernel): kernel.results.map(\.buffer)
    case .contraction(let contraction):
      [contraction.result.buffer] + (contraction.workspace.map { [$0] } ?? [])
    case .moves(let moves): [moves.target.buffer]
    case .selection(let selection): [selection.target.buffer]
    case .rearrangement(let change): [change.target]
    case .rows(let region): region.writes
    case .check: []
    }
  }

  /// The values that the instruction makes, without working memory and weights in layouts of their own.
  package var results: [View] {
    switch self {
    case .kernel(let kernel): kernel.results
    case .contraction(let contraction): contraction.isResultPlain ? [contraction.result] : []
    case .moves(let moves): [moves.target]
    case .selection(let selection): [selection.target]
    case .rearrangement(let change): change.isPacking ? [] : [change.plain]
    case .rows(let region): region.instructions.flatMap(\.results)
    case .check: []
    }
  }
}
