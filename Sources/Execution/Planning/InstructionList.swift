/// The instructions of a plan while it is made, with who writes what.
struct InstructionList {
  private(set) var instructions: [Instruction] = []
  /// The instruction that wrote a buffer last.
  private var producers: [BufferID: Int] = [:]

  /// The place of the last instruction; −1 when there is none.
  var last: Int { instructions.count - 1 }

  /// The last instruction that writes to a buffer; −1 when none does.
  func producer(of buffer: BufferID) -> Int { producers[buffer] ?? -1 }

  /// Adds an instruction at the end.
  mutating func append(_ instruction: Instruction) {
    instructions.append(instruction)
    noteWrites(at: last)
  }

  /// Puts an instruction in the place of one that writes no more than it does.
  mutating func replace(at position: Int, by instruction: Instruction) {
    instructions[position] = instruction
    noteWrites(at: position)
  }

  /// The parts of a concatenation may be written by several instructions; the last one counts.
  private mutating func noteWrites(at position: Int) {
    for buffer in instructions[position].writes {
      producers[buffer] = max(position, producers[buffer] ?? -1)
    }
  }
}
