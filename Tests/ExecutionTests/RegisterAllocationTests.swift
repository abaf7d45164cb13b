import Autodiff
import CPU
import Execution
import Kernels
import Testing

/// Registers, tiles and byte code of kernels, and the division of their spaces into blocks.
@Suite struct RegisterAllocationTests {
  private static let shape = [4, 100]

  private func view(_ buffer: BufferID) -> View { View(buffer: buffer, shape: Self.shape) }

  /// Allocates with made-up addresses, one page per buffer; buffers in `shared` have the same address.
  private func allocation(_ kernel: FusedKernel, shared: [BufferID] = []) throws
    -> RegisterAllocation
  {
    let base = try #require(UnsafeMutablePointer<Float>(bitPattern: 0x10000))
    return RegisterAllocation(kernel, IterationSpace(kernel)) {
      base + 4096 * (shared.contains($0) ? shared[0] : $0)
    }
  }

  private func operation(_ code: lethe_operation) -> [Int] {
    [Int(code.opcode), Int(code.destination), Int(code.operands.0), Int(code.operands.1)]
  }

  private func opcode(_ code: lethe_opcode) -> Int { Int(code.rawValue) }

  /// y = (x + 1)·x: the store is register 0, the load register 1, the sum a tile.
  @Test func resultsAreComputedWhereTheyAreStored() throws {
    var kernel = FusedKernel(shape: Self.shape)
    let x = kernel.append(.load(view(0)))
    let sum = kernel.append(.apply(.binary(.add), [x, .scalar(1)]))
    kernel.store(kernel.append(.apply(.binary(.multiply), [sum, x])), in: view(1))
    let found = try allocation(kernel)
    #expect(found.loads.map(\.reg) == [1] && found.stores.map(\.reg) == [0])
    #expect(
      found.operations.map(operation) == [
        [opcode(LETHE_ADD), 2, 1, 0], [opcode(LETHE_MULTIPLY), 0, 2, 1],
      ])
    #expect(found.operations.map(\.scalars) == [0b10, 0] && found.operations[0].scalar.1 == 1)
    #expect(found.tiles == [0, 0, 0] && found.tileCount == 1)
  }

  /// A chain of any length needs one tile.
  @Test func registersAreUsedAgain() throws {
    var kernel = FusedKernel(shape: Self.shape)
    var value = kernel.append(.load(view(0)))
    for _ in 0..<50 { value = kernel.append(.apply(.unary(.tanh), [value])) }
    kernel.store(value, in: view(1))
    let found = try allocation(kernel)
    #expect(Set(found.operations.map(\.destination)) == [0, 2] && found.tileCount == 1)
  }

  /// A register whose value is needed once more is not reused.
  @Test func livingValuesKeepTheirRegisters() throws {
    var kernel = FusedKernel(shape: Self.shape)
    let x = kernel.append(.load(view(0)))
    let a = kernel.append(.apply(.unary(.exp), [x]))
    let b = kernel.append(.apply(.unary(.sin), [x]))
    let c = kernel.append(.apply(.unary(.cos), [b]))
    kernel.store(kernel.append(.apply(.binary(.add), [a, c])), in: view(1))
    let found = try allocation(kernel)
    let destinations = found.operations.map(\.destination)
    #expect(destinations[0] != destinations[1] && destinations[0] != destinations[2])
    #expect(destinations[1] == destinations[2] && found.tileCount == 2)
  }

  /// A result that is stored over an operand of a later operation waits in a separate register.
  @Test func memoryThatIsReadLaterIsWrittenLast() throws {
    var kernel = FusedKernel(shape: Self.shape)
    let x = kernel.append(.load(view(0)))
    let first = kernel.append(.apply(.unary(.exp), [x]))
    kernel.store(first, in: view(1))
    kernel.store(kernel.append(.apply(.unary(.sin), [x])), in: view(2))
    let apart = try allocation(kernel)
    #expect(apart.operations.map(\.destination) == [0, 1])
    let inPlace = try allocation(kernel, shared: [0, 1])
    #expect(
      inPlace.operations.map { Int($0.opcode) } == [
        opcode(LETHE_EXP), opcode(LETHE_SIN), opcode(LETHE_COPY),
      ])
    #expect(inPlace.operations[2].destination == 0)
    #expect(inPlace.operations[2].operands.0 == inPlace.operations[0].destination)
  }

  @Test func loadsAndNumbersAreCopiedToStores() throws {
    var kernel = FusedKernel(shape: Self.shape)
    kernel.store(kernel.append(.load(view(0))), in: view(1))
    kernel.store(.scalar(7), in: view(2))
    let found = try allocation(kernel)
    #expect(found.operations.map { Int($0.opcode) } == [opcode(LETHE_COPY), opcode(LETHE_COPY)])
    #expect(found.operations[1].scalars == 1 && found.operations[1].scalar.0 == 7)
  }

  /// Random numbers and gathered elements are filled into separate tiles.
  @Test func whatIsFilledHasATile() throws {
    var kernel = FusedKernel(shape: Self.shape)
    var columns = view(0)
    columns.strides = [1, 4]
    let x = kernel.append(.load(columns))
    let noise = kernel.append(.random(stream: "noise", lanes: .bits16))
    let sum = kernel.append(.apply(.binary(.add), [x, noise]))
    kernel.reduce(sum, to: View(buffer: 1, shape: Self.shape), isMaximum: true)
    let found = try allocation(kernel)
    #expect(found.loads[0].is_direct == 0 && found.randoms[0].lanes == 16)
    #expect(found.tiles == [0, 1, 2] && found.tileCount == 3)
    #expect(found.reductionRegisters == [Int(found.operations[0].destination)])
  }

  @Test func axesThatLieTogetherAreMerged() throws {
    var kernel = FusedKernel(shape: [8, 4, 4, 16])
    let whole = View(buffer: 0, shape: kernel.shape)
    kernel.store(kernel.append(.load(whole)), in: View(buffer: 1, shape: kernel.shape))
    #expect(IterationSpace(kernel).sizes == [2048])
    #expect(IterationSpace(kernel).chunk == 256 && IterationSpace(kernel).blockCount == 8)
    var bias = View(buffer: 2, shape: kernel.shape)
    bias.strides = [0, 0, 0, 1]
    _ = kernel.append(.load(bias))
    let space = IterationSpace(kernel)
    #expect(space.sizes == [128, 16] && space.loads == [[16, 1], [0, 1]])
    #expect(space.blockAxis == 0 && space.chunk == 16 && space.blockCount == 8)
  }

  @Test func aSpaceOfOneElementHasAnAxis() throws {
    var kernel = FusedKernel(shape: [1, 1])
    kernel.store(.scalar(1), in: View(buffer: 0, shape: [1, 1]))
    let space = IterationSpace(kernel)
    #expect(space.sizes == [1] && space.stores == [[0]] && space.blockCount == 1)
  }
}
