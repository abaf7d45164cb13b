import Autodiff
internal import Kernels

/// A chain of element-wise operations over one iteration space, before it has addresses: loads and
/// random numbers come in, operations apply, stores and reductions leave.
struct FusedKernel {
  /// What one register will hold.
  enum Value {
    case load(View)
    case random(stream: String, lanes: Operation.RandomLanes)
    case apply(lethe_opcode, [Operand])
  }

  /// An operand: an earlier value, or a number.
  enum Operand: Hashable {
    case value(Int)
    case scalar(Float)
  }

  struct Store {
    var operand: Operand
    var view: View
  }

  struct Reduction {
    var value: Int
    /// Strides over the iteration space, 0 on the reduced axes.
    var view: View
    var isMaximum: Bool
  }

  /// The iteration space.
  let shape: Shape
  /// The first element's number in the space that random numbers are counted in.
  var firstElement = 0
  var values: [Value] = []
  var stores: [Store] = []
  var reductions: [Reduction] = []
  /// Which operand holds a node of the graph.
  var operands: [Int: Operand] = [:]
  /// Nodes whose values the kernel stores whole, so that later roots may read them here.
  var storedNodes: Set<Int> = []
  /// Buffers of which it reads an element for each place.
  private(set) var loadedBuffers: Set<BufferID> = []
  /// The layers the roots belong to.
  var scopes: [String] = []

  init(shape: Shape) { self.shape = shape }

  var operationCount: Int {
    values.reduce(0) { if case .apply = $1 { $0 + 1 } else { $0 } }
  }

  mutating func append(_ value: Value) -> Operand {
    values.append(value)
    if case .load(let view) = value, !view.strides.contains(0) { loadedBuffers.insert(view.buffer) }
    return .value(values.count - 1)
  }

  /// The value index of an operand; numbers are copied into a register.
  mutating func register(_ operand: Operand) -> Int {
    if case .value(let index) = operand { return index }
    values.append(.apply(LETHE_COPY, [operand]))
    return values.count - 1
  }
}

/// Writes the nodes of a graph into a fused kernel.
struct KernelEmitter {
  let graph: Graph
  /// How often a node is used, to keep a product that only one sum needs out of memory.
  let useCounts: [Int]
  /// Where a node's values already are, or nil when they are to be computed here.
  let view: (Int) -> View?

  /// The number a node holds everywhere, if that is known.
  static func constant(_ graph: Graph, _ id: Int) -> Float? {
    let node = graph.nodes[id]
    switch node.operation {
    case .constant(let bits): return Float(bitPattern: bits)
    case .broadcast, .reshape: return constant(graph, node.inputs[0])
    default: return nil
    }
  }

  func emit(_ id: Int, into kernel: inout FusedKernel) -> FusedKernel.Operand {
    if let operand = kernel.operands[id] { return operand }
    let operand = makeOperand(id, &kernel)
    kernel.operands[id] = operand
    return operand
  }

  private func makeOperand(_ id: Int, _ kernel: inout FusedKernel) -> FusedKernel.Operand {
    if let value = Self.constant(graph, id) { return .scalar(value) }
    if let view = view(id) { return kernel.append(.load(view)) }
    return compute(id, into: &kernel)
  }

  private func compute(_ id: Int, into kernel: inout FusedKernel) -> FusedKernel.Operand {
    let node = graph.nodes[id]
    switch node.operation {
    case .random(let stream, let lanes):
      return kernel.append(.random(stream: stream, lanes: lanes))
    case .unary(let function):
      let operand = FusedKernel.Operand.value(kernel.register(emit(node.inputs[0], into: &kernel)))
      return kernel.append(.apply(Self.opcode(function), [operand]))
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
        && kernel.operands[product] == nil && view(product) == nil
      {
        let factors = graph.nodes[product].inputs.map { emit($0, into: &kernel) }
        return kernel.append(
          .apply(LETHE_MULTIPLY_ADD, registersFirst(factors) + [emit(rest, into: &kernel)]))
      }
    }
    let operands = inputs.map { emit($0, into: &kernel) }
    return kernel.append(.apply(Self.opcode(function), operands))
  }

  /// Puts the register of a product of a register and a number first.
  private func registersFirst(_ operands: [FusedKernel.Operand]) -> [FusedKernel.Operand] {
    if case .scalar = operands[0] { return operands.reversed() }
    return operands
  }

  private func select(_ inputs: [Int], _ kernel: inout FusedKernel) -> FusedKernel.Operand {
    let condition = graph.nodes[inputs[0]]
    let choices = inputs[1...]
    if condition.operation == .binary(.less), view(inputs[0]) == nil,
      kernel.operands[inputs[0]] == nil
    {
      let operands = (condition.inputs + choices).map { emit($0, into: &kernel) }
      return kernel.append(.apply(LETHE_SELECT_LESS, operands))
    }
    return kernel.append(.apply(LETHE_SELECT, inputs.map { emit($0, into: &kernel) }))
  }

  private static func opcode(_ function: Operation.Unary) -> lethe_opcode {
    switch function {
    case .negate: LETHE_NEGATE
    case .exp: LETHE_EXP
    case .log: LETHE_LOG
    case .sqrt: LETHE_SQRT
    case .tanh: LETHE_TANH
    case .sigmoid: LETHE_SIGMOID
    case .softplus: LETHE_SOFTPLUS
    case .sin: LETHE_SIN
    case .cos: LETHE_COS
    case .abs: LETHE_ABS
    }
  }

  private static func opcode(_ function: Operation.Binary) -> lethe_opcode {
    switch function {
    case .add: LETHE_ADD
    case .subtract: LETHE_SUBTRACT
    case .multiply: LETHE_MULTIPLY
    case .divide: LETHE_DIVIDE
    case .maximum: LETHE_MAXIMUM
    case .minimum: LETHE_MINIMUM
    case .less: LETHE_LESS
    case .lessOrEqual: LETHE_LESS_OR_EQUAL
    case .equal: LETHE_EQUAL
    }
  }
}
