import Autodiff

/// The memory of one program: its own arena, inputs and constants, and the variables that it shares.
final class ProgramMemory {
  /// The address of each buffer.
  private(set) var addresses: [UnsafeMutablePointer<Float>] = []
  /// The memory of each input that an instruction reads.
  private(set) var inputs: [String: UnsafeMutableBufferPointer<Float>] = [:]
  /// The memory of inputs that no instruction reads. Callers may fill them all the same.
  private var idleInputs: [String: UnsafeMutableBufferPointer<Float>] = [:]
  private let arena: AlignedBuffer
  private var owned: [AlignedBuffer] = []
  private let variables: VariableStore

  init(_ plan: ExecutionPlan, _ variables: VariableStore) {
    self.variables = variables
    arena = AlignedBuffer(count: plan.memory.size)
    for id in plan.buffers.indices {
      let memory = memory(of: id, in: plan)
      guard let address = memory.baseAddress else {
        preconditionFailure("memory without an address")
      }
      addresses.append(address)
    }
  }

  /// The memory of an input, added on the first request where no instruction reads it.
  func input(_ name: String, count: Int) -> UnsafeMutableBufferPointer<Float> {
    if let known = inputs[name] ?? idleInputs[name] { return known }
    let values = allocate(count)
    idleInputs[name] = values
    return values
  }

  private func memory(of id: BufferID, in plan: ExecutionPlan) -> UnsafeMutableBufferPointer<Float>
  {
    let buffer = plan.buffers[id]
    switch buffer.kind {
    case .temporary, .output:
      let start = plan.memory.offsets[id] ?? 0
      return UnsafeMutableBufferPointer(rebasing: arena.values[start...])
    case .variable(let name):
      return variables.declare(name, count: buffer.count)
    case .replaced(let target):
      return memory(of: target, in: plan)
    case .input(let name):
      // Equal nodes are not merged on every back end.
      if let known = inputs[name] {
        precondition(known.count == buffer.count, "inputs of one name, \(name), have one shape")
        return known
      }
      let values = allocate(buffer.count)
      inputs[name] = values
      return values
    case .constant(let numbers):
      let values = allocate(buffer.count)
      _ = values.update(from: numbers)
      return values
    }
  }

  private func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    let memory = AlignedBuffer(count: count)
    owned.append(memory)
    return memory.values
  }
}
