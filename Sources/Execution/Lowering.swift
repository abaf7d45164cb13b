import Autodiff

/// Turns a simplified graph into a list of instructions over numbered buffers: element-wise chains
/// become fused kernels, contractions oneDNN calls, movements views.
struct Lowering {
  let graph: Graph
  let library: OneDNN
  private let materialization: Materialization
  private let updates: Set<Int>
  private var lastCheck = -1
  private(set) var buffers: [Buffer] = []
  private(set) var instructions: [Instruction] = []
  private var places: Places
  /// The instruction that wrote a buffer last.
  private var producer: [BufferID: Int] = [:]
  /// Fused kernels by iteration space, the newest last.
  private var kernels: [Shape: [Int]] = [:]
  private var variables: [String: BufferID] = [:]
  private let pieces: Pieces
  /// How many products each node is the second matrix of.
  private(set) var secondOperands: [Int: Int] = [:]
  /// Parts of concatenations that hold their values.
  private var writtenParts = Set<Part>()
  /// Where each concatenation lies: once as its own value, again as a part of others.
  private var concatenations: [Int: [View]] = [:]
  var reorderedWeights: [View: [(layout: OneDNN.Layout, copy: View)]] = [:]

  /// Values a kernel may have after another root has joined it.
  private static let kernelLimit = 200
  /// How many earlier kernels are tried for a new root.
  private static let candidateLimit = 6

  /// - Parameters:
  ///   - roots: Nodes whose values are wanted.
  ///   - updates: The roots that replace variables; they are computed after the checks before them.
  ///   - checked: Nodes whose scalar value must be finite, by output name.
  init(
    _ graph: Graph, roots: [Int], updates: Set<Int>, checked: [Int: String], library: OneDNN
  ) throws {
    self.graph = graph
    self.library = library
    materialization = Materialization(graph, roots: roots)
    places = Places(graph)
    pieces = Pieces(graph, roots: roots)
    self.updates = updates
    for case (.matmul, let inputs) in graph.nodes.map({ ($0.operation, $0.inputs) }) {
      secondOperands[inputs[1], default: 0] += 1
    }
    for id in graph.nodes.indices {
      try lower(id)
      guard let name = checked[id] else { continue }
      append(.check(try contiguous(id).buffer, output: name))
      lastCheck = instructions.count - 1
    }
  }

  // MARK: Nodes

  private mutating func lower(_ id: Int) throws {
    let node = graph.nodes[id]
    switch node.operation {
    case .input(let name): places.known[id] = newBuffer(node.shape, .input(name))
    case .variable(let name): places.known[id] = variable(name, node.shape)
    case .iota(let axis): places.known[id] = iota(axis, node.shape)
    case .sum(let axes): reduce(id, axes, isMaximum: false)
    case .max(let axes): reduce(id, axes, isMaximum: true)
    case .concatenate: concatenate(id)
    case .pad(let low): pad(id, low)
    case .matmul, .convolution, .convolutionInputGradient, .convolutionWeightGradient:
      try contract(id)
    case .reshape, .transpose, .broadcast, .slice:
      if KernelEmitter.constant(graph, id) == nil { _ = try locate(id) }
    default:
      if materialization.isStored[id] { compute(id) }
    }
  }

  mutating func variable(_ name: String, _ shape: Shape) -> View {
    if let known = variables[name] { return View(buffer: known, shape: shape) }
    let view = newBuffer(shape, .variable(name))
    variables[name] = view.buffer
    return view
  }

  private mutating func iota(_ axis: Int, _ shape: Shape) -> View {
    let numbers = (0..<shape[axis]).map(Float.init)
    var view = newBuffer([shape[axis]], .constant(numbers))
    view.shape = shape
    view.strides = shape.indices.map { $0 == axis ? 1 : 0 }
    return view
  }

  private mutating func reduce(_ id: Int, _ axes: [Int], isMaximum: Bool) {
    let input = graph.nodes[id].inputs[0]
    var view = newValue(id)
    view.shape = graph.nodes[input].shape
    for axis in axes { view.strides[axis] = 0 }
    addRoot(reading: input, shape: view.shape, scope: graph.nodes[id].scope) { kernel, emitter in
      let value = kernel.register(emitter.emit(input, into: &kernel))
      kernel.reductions.append(.init(value: value, view: view, isMaximum: isMaximum))
    }
  }

  private mutating func concatenate(_ id: Int) {
    for target in targets(ofConcatenation: id) {
      for piece in pieces.parts(of: id) {
        guard let view = piece.view(in: target), writtenParts.insert(Part(view)).inserted
        else { continue }
        store(piece.node, in: view)
      }
      writtenParts.insert(Part(target))
    }
  }

  private mutating func pad(_ id: Int, _ low: [Int]) {
    let whole = newValue(id) { _ in true }
    var zeros = FusedKernel(shape: whole.shape)
    zeros.stores.append(.init(operand: .scalar(0), view: whole))
    zeros.scopes = [graph.nodes[id].scope]
    append(.kernel(zeros))
    let input = graph.nodes[id].inputs[0]
    if let inside = whole.moved(by: .slice(starts: low), to: graph.nodes[input].shape) {
      store(input, in: inside, after: instructions.count - 1)
    }
  }

  // MARK: Places

  /// A view of a node that some instruction has computed.
  mutating func locate(_ id: Int) throws -> View {
    if let known = places.view(id) { return known }
    let node = graph.nodes[id]
    switch node.operation {
    case .reshape, .transpose, .broadcast, .slice:
      if KernelEmitter.constant(graph, id) == nil {
        let source = try locate(node.inputs[0])
        if let moved = source.moved(by: node.operation, to: node.shape) { return moved }
        let dense = copy(of: source, for: node.inputs[0])
        if let moved = dense.moved(by: node.operation, to: node.shape) { return moved }
      }
    default: break
    }
    guard KernelEmitter.constant(graph, id) != nil || node.operation.isComputedInKernels else {
      throw ExecutionError(
        description: "\(node.scope): \(node.operation.name) has no place in memory")
    }
    return compute(id)
  }

  /// A view of a node whose elements follow each other.
  mutating func contiguous(_ id: Int) throws -> View {
    let view = try locate(id)
    return view.isContiguous ? view : copy(of: view, for: id)
  }

  /// Copies a view into a buffer of its own, which then stands for the node.
  mutating func copy(of view: View, for id: Int) -> View {
    let whole = newBuffer(view.shape, .temporary)
    var kernel = FusedKernel(shape: view.shape)
    kernel.stores.append(.init(operand: kernel.append(.load(view)), view: whole))
    kernel.scopes = [graph.nodes[id].scope]
    append(.kernel(kernel))
    places.known[id] = whole
    return whole
  }

  mutating func newBuffer(_ count: Int) -> View { newBuffer([count], .temporary) }

  private mutating func newBuffer(_ shape: Shape, _ kind: Buffer.Kind) -> View {
    buffers.append(Buffer(count: shape.elementCount, kind: kind))
    return View(buffer: buffers.count - 1, shape: shape)
  }

  /// Memory for a node's values: its part of a concatenation, or a new buffer.
  ///
  /// - Parameter isUsable: Whether the node can be computed into such a part.
  mutating func newValue(_ id: Int, if isUsable: (View) -> Bool = { $0.isContiguous }) -> View {
    let part = targets(of: id).first(where: isUsable)
    let view = part ?? newBuffer(graph.nodes[id].shape, .temporary)
    if part != nil { writtenParts.insert(Part(view)) }
    places.known[id] = view
    return view
  }

  /// The parts of concatenations that a node fills.
  private mutating func targets(of id: Int) -> [View] {
    pieces.homes(of: id).flatMap { home in
      targets(ofConcatenation: home.concatenation).compactMap { whole in
        home.view(in: whole)?.moved(by: .reshape, to: graph.nodes[id].shape)
      }
    }
  }

  private mutating func targets(ofConcatenation id: Int) -> [View] {
    if let known = concatenations[id] { return known }
    var views = targets(of: id)
    if views.isEmpty { views = [newBuffer(graph.nodes[id].shape, .temporary)] }
    places.known[id] = views[0]
    concatenations[id] = views
    return views
  }

  mutating func append(_ instruction: Instruction) {
    instructions.append(instruction)
    noteWrites(at: instructions.count - 1)
  }

  mutating func replaceInstruction(at position: Int, by instruction: Instruction) {
    instructions[position] = instruction
  }

  /// The parts of a concatenation may be written by several instructions; the last one counts.
  private mutating func noteWrites(at position: Int) {
    for buffer in instructions[position].writes {
      producer[buffer] = max(position, producer[buffer] ?? -1)
    }
  }

  /// Keeps a node's values to the end of a run, and says where they are.
  mutating func keep(_ id: Int) throws -> View {
    let view = try contiguous(id)
    if buffers[view.buffer].kind == .temporary { setKind(.output, of: view.buffer) }
    return view
  }

  mutating func setKind(_ kind: Buffer.Kind, of buffer: BufferID) { buffers[buffer].kind = kind }

  // MARK: Fusion

  /// Computes a node in a kernel and keeps its values, in every concatenation they are part of.
  @discardableResult
  private mutating func compute(_ id: Int) -> View {
    let shape = graph.nodes[id].shape
    let parts = targets(of: id)
    let views = parts.isEmpty ? [newBuffer(shape, .temporary)] : parts
    writtenParts.formUnion(parts.map(Part.init))
    let earliest = updates.contains(id) ? lastCheck : -1
    let scope = graph.nodes[id].scope
    addRoot(reading: id, shape: shape, scope: scope, after: earliest) { kernel, emitter in
      let operand = emitter.emit(id, into: &kernel)
      kernel.stores += views.map { .init(operand: operand, view: $0) }
      kernel.storedNodes.insert(id)
    }
    places.known[id] = views[0]
    return views[0]
  }

  /// Writes a node's values into a part of some buffer, not before instruction `position`.
  private mutating func store(_ id: Int, in view: View, after position: Int = -1) {
    let scope = graph.nodes[id].scope
    addRoot(reading: id, shape: view.shape, scope: scope, after: position) { kernel, emitter in
      kernel.stores.append(.init(operand: emitter.emit(id, into: &kernel), view: view))
    }
  }

  /// Adds a root to an earlier kernel over the same space that it shares work or operands with, or
  /// to a new kernel.
  private mutating func addRoot(
    reading id: Int, shape: Shape, scope: String, after earliest: Int = -1,
    _ emit: (inout FusedKernel, KernelEmitter) -> Void
  ) {
    let needs = leaves(of: id)
    let scopes = needs.inner.sorted().map { graph.nodes[$0].scope } + [scope]
    let emitter = KernelEmitter(
      graph: graph, useCounts: materialization.useCounts, view: { [places] in places.view($0) })
    let candidates = (kernels[shape] ?? []).suffix(Self.candidateLimit).filter { $0 > earliest }
    for position in candidates.reversed() {
      guard case .kernel(var kernel) = instructions[position], canJoin(needs, kernel, at: position)
      else { continue }
      emit(&kernel, emitter)
      kernel.scopes += scopes
      instructions[position] = .kernel(kernel)
      noteWrites(at: position)
      return
    }
    var kernel = FusedKernel(shape: shape)
    emit(&kernel, emitter)
    kernel.scopes = scopes
    append(.kernel(kernel))
    kernels[shape, default: []].append(instructions.count - 1)
  }

  /// The nodes in memory that an expression reads, and all nodes it computes.
  private func leaves(of id: Int) -> (leaves: Set<Int>, inner: Set<Int>) {
    var leaves = Set<Int>()
    var inner = Set<Int>()
    var pending = [id]
    while let next = pending.popLast() {
      if KernelEmitter.constant(graph, next) != nil { continue }
      if places.view(next) != nil {
        leaves.insert(next)
      } else if inner.insert(next).inserted {
        pending += graph.nodes[next].inputs
      }
    }
    return (leaves, inner)
  }

  /// Whether everything an expression reads is there before the kernel runs (or is made by it, place
  /// by place), and the kernel already touches some of it.
  private func canJoin(
    _ needs: (leaves: Set<Int>, inner: Set<Int>), _ kernel: FusedKernel, at position: Int
  ) -> Bool {
    let size = kernel.values.count + needs.inner.count + needs.leaves.count
    guard size <= Self.kernelLimit else { return false }
    var isShared = needs.inner.contains { kernel.operands[$0] != nil }
    for leaf in needs.leaves {
      guard let view = places.view(leaf) else { return false }
      let isMadeHere = kernel.storedNodes.contains(leaf)
      if producer[view.buffer, default: -1] >= position && !isMadeHere { return false }
      if !view.strides.contains(0),
        kernel.operands[leaf] != nil || kernel.loadedBuffers.contains(view.buffer)
      {
        isShared = true
      }
    }
    return isShared
  }
}

/// Where the values of a graph's nodes are, once they are anywhere.
struct Places {
  let graph: Graph
  var known: [View?]

  init(_ graph: Graph) {
    self.graph = graph
    known = [View?](repeating: nil, count: graph.nodes.count)
  }

  /// A node's values in memory; movements of values in memory are views of them.
  func view(_ id: Int) -> View? {
    if let view = known[id] { return view }
    let node = graph.nodes[id]
    switch node.operation {
    case .reshape, .transpose, .broadcast, .slice:
      return view(node.inputs[0])?.moved(by: node.operation, to: node.shape)
    default: return nil
    }
  }
}
