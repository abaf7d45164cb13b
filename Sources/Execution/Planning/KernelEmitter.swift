import Autodiff

/// Writes the nodes of a graph into a fused kernel.
///
/// A node that is in memory is loaded, a known number becomes an operand, and anything else is computed from
/// its inputs. A product that only one sum needs becomes part of a `multiplyAdd`.
///
/// add(multiply(x, z), 3), with x and z in memory:
///
///     0: load x
///     1: load z
///     2: multiplyAdd(value 0, value 1, number 3)
struct KernelEmitter {
  let graph: Graph
  /// Number of uses of each node. A product with one use can become part of a `multiplyAdd`.
  let useCounts: [Int]
  /// The memory of values that exist already.
  let placement: Placement

  /// The number that all elements of a node hold; nil where that is not known.
  static func constant(_ graph: Graph, _ id: Int) -> Float? {
    let node = graph.nodes[id]
    switch node.operation {
    case .constant(let bits): return Float(bitPattern: bits)
    case .broadcast, .reshape: return constant(graph, node.inputs[0])
    default: return nil
    }
  }

  /// The operand that holds a node's value. Adds whatever is missing to compute it to the kernel.
  func emit(_ id: Int, into kernel: inout FusedKernel) -> FusedKernel.Operand {
    if let operand = kernel.operands[id] { return operand }
    let operand = makeOperand(id, &kernel)
    kernel.operands[id] = operand
    return operand
  }

  private func makeOperand(_ id: Int, _ kernel: inout FusedKernel) -> FusedKernel.Operand {
    if let value = Self.constant(graph, id) { return .scalar(value) }
    if let view = placement.view(id) { return kernel.append(.load(view)) }
    return compute(id, into: &kernel)
  }

  private func compute(_ id: Int, into kernel: inout FusedKernel) -> FusedKernel.Operand {
    let node = graph.nodes[id]
    switch node.operation {
    case .random(let stream, let lanes):
      return kernel.append(.random(stream: stream, lanes: lanes))
    case .unary(let function):
      let operand = FusedKernel.Operand.value(kernel.register(emit(node.inputs[0], into: &kernel)))
      return kernel.append(.apply(.unary(function), [operand]))
    case .binary(let function):
      return binary(function, node.inputs, &kernel)
    case .select:
      return select(node.inputs, &kernel)
    default:
      preconditionFailure("\(node.operation.name) is not element-wise")
    }
  }

  private func binary(
    _ function: Operation.Binary, _ inputs: [Int], _ kernel: inout FusedKernel
  ) -> FusedKernel.Operand {
    if function == .add {
      for (product, rest) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])]
      where graph.nodes[product].operation == .binary(.multiply) && useCounts[product] == 1
        && kernel.operands[product] == nil && placement.view(product) == nil
      {
        let factors = graph.nodes[product].inputs.map { emit($0, into: &kernel) }
        return kernel.append(
          .apply(.multiplyAdd, registersFirst(factors) + [emit(rest, into: &kernel)]))
      }
    }
    let operands = inputs.map { emit($0, into: &kernel) }
    return kernel.append(.apply(.binary(function), operands))
  }

  /// Puts a register before a number, which is the order that `multiplyAdd` takes its factors in.
  private func registersFirst(_ operands: [FusedKernel.Operand]) -> [FusedKernel.Operand] {
    if case .scalar = operands[0] { return operands.reversed() }
    return operands
  }

  private func select(_ inputs: [Int], _ kernel: inout FusedKernel) -> FusedKernel.Operand {
    let condition = graph.nodes[inputs[0]]
    let choices = inputs[1...]
    if condition.operation == .binary(.less), placement.view(inputs[0]) == nil,
      kernel.operands[inputs[0]] == nil
    {
      let operands = (condition.inputs + choices).map { emit($0, into: &kernel) }
      return kernel.append(.apply(.selectLess, operands))
    }
    return kernel.append(.apply(.select, inputs.map { emit($0, into: &kernel) }))
  }
}
