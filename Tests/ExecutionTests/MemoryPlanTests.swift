import Autodiff
import Execution
import Testing

/// Positions of buffers in the arena.
@Suite struct MemoryPlanTests {
  /// A kernel from one buffer to another, in order or with the two axes swapped.
  private func kernel(_ from: BufferID, to: BufferID, transposed: Bool = false) -> Instruction {
    var kernel = FusedKernel(shape: [4, 5])
    var source = View(buffer: from, shape: [4, 5])
    if transposed { source.strides = [1, 4] }
    let loaded = kernel.append(.load(source))
    let result = kernel.append(.apply(.unary(.tanh), [loaded]))
    kernel.store(result, in: View(buffer: to, shape: [4, 5]))
    return .kernel(kernel)
  }

  private func product(_ from: BufferID, to: BufferID) -> Instruction {
    let view = { View(buffer: $0, shape: [4, 5]) }
    return .contraction(
      Contraction(.product, x: view(from), weight: view(0), y: view(to), label: ""))
  }

  /// An input, followed by buffers of the given kinds.
  private func buffers(_ kinds: [Buffer.Kind]) -> [Buffer] {
    ([.input("x")] + kinds).map { Buffer(count: 20, kind: $0) }
  }

  @Test func memoryIsUsedAgain() throws {
    let chain = [product(0, to: 1), product(1, to: 2), product(2, to: 3), product(3, to: 4)]
    let plan = MemoryPlan(chain, buffers([.temporary, .temporary, .temporary, .output]))
    #expect(plan.offsets == [nil, 0, 32, 0, 32] && plan.size == 64)
  }

  @Test func resultsTakeTheMemoryOfDyingOperands() throws {
    let chain = [product(0, to: 1), kernel(1, to: 2), product(2, to: 3)]
    let plan = MemoryPlan(chain, buffers([.temporary, .temporary, .output]))
    #expect(plan.offsets == [nil, 0, 0, 32])
  }

  /// A result does not overwrite an operand that it reads in another order, or one that is needed later.
  @Test func operandsThatAreStillReadKeepTheirMemory() throws {
    let kinds: [Buffer.Kind] = [.temporary, .temporary, .output]
    let transposed = [product(0, to: 1), kernel(1, to: 2, transposed: true), product(2, to: 3)]
    #expect(MemoryPlan(transposed, buffers(kinds)).offsets == [nil, 0, 32, 0])
    let later = [product(0, to: 1), kernel(1, to: 2), product(1, to: 3), kernel(2, to: 3)]
    let offsets = MemoryPlan(later, buffers(kinds)).offsets
    #expect(offsets[1] != offsets[2])
  }

  /// Outputs keep their memory, since a caller reads them after the last instruction.
  @Test func outputsKeepTheirMemory() throws {
    let chain = [product(0, to: 1), product(0, to: 2), product(2, to: 3)]
    let plan = MemoryPlan(chain, buffers([.output, .temporary, .output]))
    #expect(Set(plan.offsets.compactMap { $0 }).count == 3 && plan.size == 96)
  }

  @Test func variablesAndInputsLieElsewhere() throws {
    let chain = [product(0, to: 1), product(1, to: 2)]
    let plan = MemoryPlan(chain, buffers([.variable("w"), .constant([1])]))
    #expect(plan.offsets == [nil, nil, nil] && plan.size == 0)
  }

  /// Buffers that are needed at the same time do not overlap, except results in place of an operand.
  @Test func nothingOverlaps() throws {
    for seed in 0..<60 {
      let graph = Graph()
      let outputs =
        seed % 2 == 0
        ? try randomOutputs(graph, seed: UInt64(seed))
        : try unrolledOutputs(graph, steps: 3, rows: 24, size: 9, seed: UInt64(seed))
      let backend = TestBackend(threads: 1 + seed % 3, packingUses: 2, workspace: seed % 4 * 30)
      let plan = try ExecutionPlan(outputs, for: backend)
      #expect(overlaps(in: plan).isEmpty, "seed \(seed): \(overlaps(in: plan)) in \(plan)")
      #expect(plan.memory.offsets.allSatisfy { ($0 ?? 0) % MemoryPlan.alignment == 0 })
    }
  }

  /// Pairs of buffers that share memory while both are needed.
  private func overlaps(in plan: ExecutionPlan) -> [[BufferID]] {
    var lives: [BufferID: ClosedRange<Int>] = [:]
    for (position, instruction) in plan.instructions.enumerated() {
      for buffer in instruction.reads + instruction.writes {
        let first = lives[buffer]?.lowerBound ?? position
        let isOutput = plan.buffers[buffer].kind == .output
        lives[buffer] = first...(isOutput ? plan.instructions.count : position)
      }
    }
    let placed = lives.keys.sorted().compactMap { buffer in
      plan.memory.offsets[buffer].map { (buffer, $0..<$0 + plan.buffers[buffer].count) }
    }
    var pairs: [[BufferID]] = []
    for (index, (a, memory)) in placed.enumerated() {
      for (b, other) in placed[(index + 1)...] where memory.overlaps(other) {
        guard let x = lives[a], let y = lives[b], x.overlaps(y) else { continue }
        let (first, second) = x.lowerBound <= y.lowerBound ? (x, y) : (y, x)
        var takesOver = first.upperBound == second.lowerBound && memory == other
        if case .kernel = plan.instructions[second.lowerBound] {} else { takesOver = false }
        if !takesOver { pairs.append([a, b]) }
      }
    }
    return pairs
  }
}
