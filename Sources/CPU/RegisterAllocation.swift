internal import Autodiff
package import Execution
package import Kernels

/// The registers, tiles and byte code of a fused kernel. A tile is scratch memory for one block.
///
/// Loads and random numbers keep their registers for the whole kernel. Results of operations share registers
/// by lifetime, and a result that is stored is computed straight into the memory of the store where possible.
///
/// The values of a kernel that loads x and stores y = (x + 1)·x:
///
///     value                             register
///     0: load x                         1, a pointer into x
///     1: add(value 0, number 1)         2, tile 0
///     2: multiply(value 1, value 0)     0, a pointer into y
package struct RegisterAllocation {
  /// The registers that are read from memory.
  package private(set) var loads: [lethe_access] = []
  /// The registers that Philox fills with random numbers.
  package private(set) var randoms: [lethe_random] = []
  /// The byte code.
  package private(set) var operations: [lethe_operation] = []
  /// The registers that are written to memory.
  package private(set) var stores: [lethe_access] = []
  /// The register of each reduction.
  package private(set) var reductionRegisters: [Int] = []
  /// The tile of each register; 0 for registers that point into memory and need none.
  package private(set) var tiles: [UInt8] = []
  /// Number of tiles, at least 1.
  package private(set) var tileCount = 0

  private var registers: [Int]
  private var freeRegisters: [Int] = []

  /// Allocates registers for a kernel.
  package init(
    _ kernel: FusedKernel, _ space: IterationSpace,
    address: (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    registers = [Int](repeating: 0, count: kernel.values.count)
    let lastUses = Self.lastUses(kernel)
    makeStores(kernel, space, address)
    makeLoads(kernel, space, address)
    let direct = directStores(kernel, lastUses, address)
    for (index, value) in kernel.values.enumerated() {
      guard case .apply(let function, let operands) = value else { continue }
      let sources = operands.map { operand in
        if case .value(let source) = operand { registers[source] } else { 0 }
      }
      for case .value(let source) in Set(operands) where lastUses[source] == index {
        release(source, kernel, direct)
      }
      registers[index] = direct[index].map { Int(stores[$0].reg) } ?? takeTemporary()
      operations.append(Self.operation(function.opcode, operands, sources, to: registers[index]))
    }
    copyRemainingStores(kernel, direct)
    reductionRegisters = kernel.reductions.map { registers[$0.value] }
    precondition(tiles.count <= Int(LETHE_MAX_REGISTERS), "a kernel with \(tiles.count) registers")
    tileCount = max(1, tileCount)
  }

  /// The index of the last value that uses each value; `Int.max` where a store or reduction does.
  private static func lastUses(_ kernel: FusedKernel) -> [Int] {
    var last = [Int](repeating: -1, count: kernel.values.count)
    for (index, value) in kernel.values.enumerated() {
      guard case .apply(_, let operands) = value else { continue }
      for case .value(let source) in operands { last[source] = index }
    }
    for store in kernel.stores {
      if case .value(let source) = store.operand { last[source] = Int.max }
    }
    for reduction in kernel.reductions { last[reduction.value] = Int.max }
    return last
  }

  private mutating func makeStores(
    _ kernel: FusedKernel, _ space: IterationSpace,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    for (store, strides) in zip(kernel.stores, space.stores) {
      var access = space.access(store.view, strides, register: 0, address: address)
      access.reg = UInt8(newRegister(withTile: access.is_direct == 0))
      stores.append(access)
    }
  }

  private mutating func makeLoads(
    _ kernel: FusedKernel, _ space: IterationSpace,
    _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) {
    for (index, value) in kernel.values.enumerated() {
      switch value {
      case .load(let view):
        var access = space.access(view, space.loads[loads.count], register: 0, address: address)
        registers[index] = newRegister(withTile: access.is_direct == 0)
        access.reg = UInt8(registers[index])
        loads.append(access)
      case .random(let stream, let lanes):
        registers[index] = newRegister(withTile: true)
        randoms.append(
          lethe_random(
            stream: lethe_stream_id(stream, Int64(stream.utf8.count)), lanes: UInt8(lanes.rawValue),
            reg: UInt8(registers[index])))
      case .apply: break
      }
    }
  }

  /// The store that each value can be computed into directly, by value: no later operation reads its memory.
  private func directStores(
    _ kernel: FusedKernel, _ lastUses: [Int], _ address: (BufferID) -> UnsafeMutablePointer<Float>
  ) -> [Int: Int] {
    var direct: [Int: Int] = [:]
    for (index, store) in kernel.stores.enumerated() {
      guard case .value(let value) = store.operand, case .apply = kernel.values[value],
        direct[value] == nil
      else { continue }
      let overwritten = address(store.view.buffer)
      let isReadLater = kernel.values.indices.contains { load in
        guard case .load(let view) = kernel.values[load] else { return false }
        return lastUses[load] > value && address(view.buffer) == overwritten
      }
      if !isReadLater { direct[value] = index }
    }
    return direct
  }

  private mutating func copyRemainingStores(_ kernel: FusedKernel, _ direct: [Int: Int]) {
    for (index, store) in kernel.stores.enumerated() {
      var source = 0
      if case .value(let value) = store.operand {
        if direct[value] == index { continue }
        source = registers[value]
      }
      operations.append(
        Self.operation(LETHE_COPY, [store.operand], [source], to: Int(stores[index].reg)))
    }
  }

  private mutating func release(_ value: Int, _ kernel: FusedKernel, _ direct: [Int: Int]) {
    guard case .apply = kernel.values[value], direct[value] == nil else { return }
    freeRegisters.append(registers[value])
  }

  private mutating func takeTemporary() -> Int {
    freeRegisters.popLast() ?? newRegister(withTile: true)
  }

  private mutating func newRegister(withTile: Bool) -> Int {
    tiles.append(withTile ? UInt8(tileCount) : 0)
    if withTile { tileCount += 1 }
    return tiles.count - 1
  }

  private static func operation(
    _ opcode: lethe_opcode, _ operands: [FusedKernel.Operand], _ sources: [Int], to destination: Int
  ) -> lethe_operation {
    var operation = lethe_operation()
    operation.opcode = UInt8(opcode.rawValue)
    operation.destination = UInt8(destination)
    for (place, operand) in operands.enumerated() {
      withUnsafeMutableBytes(of: &operation.operands) { $0[place] = UInt8(sources[place]) }
      guard case .scalar(let number) = operand else { continue }
      operation.scalars |= 1 << UInt8(place)
      withUnsafeMutableBytes(of: &operation.scalar) {
        $0.bindMemory(to: Float.self)[place] = number
      }
    }
    return operation
  }
}
