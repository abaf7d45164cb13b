import Autodiff

/// The place of each buffer in the arena. Buffers that are never needed at the same time share memory.
///
/// Three buffers of 16 floats, in a chain where each instruction reads what the one before it made:
///
///     0: kernel x → a      a lies at 0, needed in 0…1
///     1: product a → b     b lies at 16, needed in 1…2
///     2: product b → c     c lies at 0, where a was
package struct MemoryPlan {
  /// Place of each buffer, in elements from the arena's start; nil for buffers outside the arena.
  package private(set) var offsets: [Int?]
  /// Size of the arena in elements.
  package private(set) var size = 0

  /// Alignment of every buffer, in elements: 64 bytes, the size of a cache line and of the widest register.
  package static let alignment = 16

  private var free: [(offset: Int, count: Int)] = []
  private var owner: [BufferID]

  /// Places the buffers of a plan, in the order in which its instructions write them.
  package init(_ instructions: [Instruction], _ buffers: [Buffer]) {
    offsets = [Int?](repeating: nil, count: buffers.count)
    owner = Array(buffers.indices)
    var lives = Self.lives(instructions, buffers)
    for (position, instruction) in instructions.enumerated() {
      if case .kernel(let kernel) = instruction {
        reuseInputs(of: kernel, at: position, buffers, &lives)
      }
    }
    var endings: [Int: [BufferID]] = [:]
    var beginnings: [Int: [BufferID]] = [:]
    for (buffer, life) in lives.enumerated() where owner[buffer] == buffer {
      guard let life else { continue }
      beginnings[life.lowerBound, default: []].append(buffer)
      endings[life.upperBound, default: []].append(buffer)
    }
    for position in instructions.indices {
      for buffer in beginnings[position] ?? [] { offsets[buffer] = take(buffers[buffer].count) }
      for buffer in endings[position] ?? [] {
        if let offset = offsets[buffer] { release(offset, buffers[buffer].count) }
      }
    }
    for buffer in buffers.indices where owner[buffer] != buffer {
      offsets[buffer] = offsets[owner[buffer]]
    }
  }

  /// The instructions from the first to the last that uses each buffer of the arena; nil for other buffers.
  private static func lives(
    _ instructions: [Instruction], _ buffers: [Buffer]
  ) -> [ClosedRange<Int>?] {
    var lives = [ClosedRange<Int>?](repeating: nil, count: buffers.count)
    for (position, instruction) in instructions.enumerated() {
      for buffer in instruction.reads + instruction.writes {
        switch buffers[buffer].kind {
        case .temporary: lives[buffer] = (lives[buffer]?.lowerBound ?? position)...position
        case .output: lives[buffer] = (lives[buffer]?.lowerBound ?? position)...instructions.count
        default: break
        }
      }
    }
    return lives
  }

  /// Gives a kernel's result the memory of an operand that nothing needs afterwards.
  private mutating func reuseInputs(
    of kernel: FusedKernel, at position: Int, _ buffers: [Buffer],
    _ lives: inout [ClosedRange<Int>?]
  ) {
    var taken = Set<BufferID>()
    for store in kernel.stores where store.view.isContiguous {
      let result = store.view.buffer
      guard let life = lives[result], life.lowerBound == position,
        buffers[result].count == kernel.shape.elementCount,
        kernel.stores.count(where: { $0.view.buffer == result }) == 1
      else { continue }
      let dying = kernel.loads.lazy.map(\.buffer).first { [owner] in
        let root = owner[$0]
        return !taken.contains(root) && lives[root]?.upperBound == position
          && buffers[$0].count == buffers[result].count && kernel.readsInOrder($0)
          && buffers[root].count == buffers[result].count
      }
      guard let dying, let start = lives[owner[dying]]?.lowerBound, owner[dying] != owner[result]
      else { continue }
      let root = owner[dying]
      taken.insert(root)
      owner[result] = root
      lives[root] = start...life.upperBound
      lives[result] = nil
    }
  }

  /// Takes the smallest free range that is large enough, or else extends the arena.
  private mutating func take(_ count: Int) -> Int {
    let count = Self.aligned(count)
    let fitting = free.indices.filter { free[$0].count >= count }
    if let best = fitting.min(by: { free[$0].count < free[$1].count }) {
      let offset = free[best].offset
      free[best] = (offset + count, free[best].count - count)
      if free[best].count == 0 { free.remove(at: best) }
      return offset
    }
    if let last = free.last, last.offset + last.count == size {
      free.removeLast()
      size = last.offset + count
      return last.offset
    }
    defer { size += count }
    return size
  }

  private mutating func release(_ offset: Int, _ count: Int) {
    var range = (offset: offset, count: Self.aligned(count))
    var index = free.firstIndex { $0.offset > offset } ?? free.count
    if index < free.count, range.offset + range.count == free[index].offset {
      range.count += free[index].count
      free.remove(at: index)
    }
    if index > 0, free[index - 1].offset + free[index - 1].count == offset {
      range = (free[index - 1].offset, free[index - 1].count + range.count)
      index -= 1
      free.remove(at: index)
    }
    free.insert(range, at: index)
  }

  private static func aligned(_ count: Int) -> Int {
    (count + alignment - 1) / alignment * alignment
  }
}
