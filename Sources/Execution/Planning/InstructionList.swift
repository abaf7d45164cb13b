/// The instructions of a plan while it is being made, with the last instruction that writes each buffer.
struct InstructionList {
  private(set) var instructions: [Instruction] = []
  /// Position of the last instruction that writes each buffer.
  private var producers: [BufferID: Int] = [:]

  /// Position of the last instruction; −1 where there is none.
  var last: Int { instructions.count - 1 }

  /// Position of the last instruction that writes a buffer; −1 where none does.
  func producer(of buffer: BufferID) -> Int { producers[buffer] ?? -1 }

  /// Adds an instruction at the end.
  mutating func append(_ instruction: Instruction) {
    instructions.append(instruction)
    noteWrites(at: last)
  }

  /// Replaces an instruction. Buffers that only the old one wrote still count as written at this position.
  mutating func replace(at position: Int, by instruction: Instruction) {
    instructions[position] = instruction
    noteWrites(at: position)
  }

  /// Records the last writer of each buffer. Several instructions may write the parts of a concatenation.
  private mutating func noteWrites(at position: Int) {
    for buffer in instructions[position].writes {
      producers[buffer] = max(position, producers[buffer] ?? -1)
    }
  }
}
