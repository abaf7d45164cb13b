import Autodiff

/// Turns a graph into a list of instructions over numbered buffers: element-wise chains become fused
/// kernels, products and convolutions contractions, movements views.
///
/// It goes through the nodes once, in order. `Placement` decides where values lie, `Fusion` gathers
/// element-wise work into kernels, and `Contractions` takes care of the layouts of weights.
///
///     x  = input [8, 16]                      0: contraction [8, 4]: x, w → a
///     w  = variable [4, 16]                   1: kernel [8, 4]: load a, tanh, store y
///     a  = matmul(x, w transposed)
///     y  = tanh(a)
struct Lowering {
  let graph: Graph
  var placement: Placement
  var list = InstructionList()
  private var fusion: Fusion
  private var contractions: Contractions
  private let isStored: [Bool]
  private let updates: Set<Int>
  private var lastCheck = -1

  /// - Parameters:
  ///   - roots: Nodes whose values are wanted.
  ///   - updates: The roots that replace variables; they are computed after the checks before them.
  ///   - checks: The names of the checks, by the nodes whose scalar value must be finite.
  init(
    _ graph: Graph, roots: [Int], updates: Set<Int>, checks: [Int: String], backend: any Backend
  ) throws {
    self.graph = graph
    self.updates = updates
    let materialization = Materialization(graph, roots: roots)
    isStored = materialization.isStored
    placement = Placement(graph, roots: roots)
    fusion = Fusion(graph, useCounts: materialization.useCounts)
    contractions = Contractions(graph, backend)
    for id in graph.nodes.indices {
      try lower(id)
      guard let name = checks[id] else { continue }
      list.append(.check(try contiguous(id).buffer, name: name))
      lastCheck = list.last
    }
  }

  // MARK: Nodes

  private mutating func lower(_ id: Int) throws {
    let node = graph.nodes[id]
    switch node.operation {
    case .input(let name): placement.set(placement.newBuffer(node.shape, .input(name)), for: id)
    case .variable(let name): placement.set(placement.variable(name, node.shape), for: id)
    case .iota(let axis): placement.set(placement.iota(axis, node.shape), for: id)
    case .sum(let axes): reduce(id, axes, isMaximum: false)
    case .max(let axes): reduce(id, axes, isMaximum: true)
    case .concatenate: concatenate(id)
    case .pad(let low): pad(id, low)
    case .gather, .scatter: try moveElements(id)
    case .smallestMagnitude(let count): try select(id, count)
    case .matmul(let transposeA, let transposeB): try product(id, transposeA, transposeB)
    case .convolution(let g): try convolution(id, .forward, g)
    case .convolutionInputGradient(let g): try convolution(id, .inputGradient, g)
    case .convolutionWeightGradient(let g): try convolution(id, .weightGradient, g)
    case .reshape, .transpose, .broadcast, .slice:
      if KernelEmitter.constant(graph, id) == nil { _ = try locate(id) }
    default:
      if isStored[id] { compute(id) }
    }
  }

  private mutating func reduce(_ id: Int, _ axes: [Int], isMaximum: Bool) {
    let node = graph.nodes[id]
    let input = node.inputs[0]
    var view = placement.newValue(id)
    view.shape = graph.nodes[input].shape
    for axis in axes { view.strides[axis] = 0 }
    let root = Fusion.Root(node: input, shape: view.shape, scope: node.scope)
    fusion.add(root, to: &list, placement) { kernel, emitter in
      kernel.reduce(emitter.emit(input, into: &kernel), to: view, isMaximum: isMaximum)
    }
  }

  private mutating func concatenate(_ id: Int) {
    for target in placement.targets(ofConcatenation: id) {
      for part in placement.unwrittenParts(of: id, in: target) { store(part.node, in: part.view) }
    }
  }

  private mutating func pad(_ id: Int, _ low: [Int]) {
    let node = graph.nodes[id]
    let whole = placement.newValue(id) { _ in true }
    var zeros = FusedKernel(shape: whole.shape)
    zeros.store(.scalar(0), in: whole)
    zeros.scopes = [node.scope]
    list.append(.kernel(zeros))
    let input = node.inputs[0]
    if let inside = whole.moved(by: .slice(starts: low), to: graph.nodes[input].shape) {
      store(input, in: inside, after: list.last)
    }
  }

  private mutating func moveElements(_ id: Int) throws {
    let node = graph.nodes[id]
    let (source, places) = (try contiguous(node.inputs[0]), try contiguous(node.inputs[1]))
    let target = placement.newValue(id)
    list.append(
      .moves(
        Moves(
          source: source, places: places, target: target, adds: node.operation == .scatter,
          label: label(of: id))))
  }

  private mutating func select(_ id: Int, _ count: Int) throws {
    let source = try contiguous(graph.nodes[id].inputs[0])
    list.append(
      .selection(
        Selection(
          source: source, target: placement.newValue(id), count: count, label: label(of: id))))
  }

  // MARK: Contractions

  private mutating func product(_ id: Int, _ transposeA: Bool, _ transposeB: Bool) throws {
    let inputs = graph.nodes[id].inputs
    let a = try matrix(inputs[0], transposed: transposeA)
    let b = try matrix(inputs[1], transposed: transposeB)
    let c = placement.newValue(id) { $0.isMatrix }
    let label = label(of: id)
    try contractions.add(
      Contraction(.product, x: a, weight: b, y: c, label: label),
      weight: (node: inputs[1], label: label), to: &list, &placement)
  }

  /// A node as a matrix, or a batch of them, that products can take, transposed where asked; copied where it does
  /// not lie as one.
  private mutating func matrix(_ id: Int, transposed: Bool) throws -> View {
    var view = try locate(id)
    if !view.isMatrix { view = copy(of: view, for: id) }
    let rows = view.shape.count - 2
    for axis in rows...rows + 1 where view.shape[axis] == 1 {
      let other = 2 * rows + 1 - axis
      view.strides[axis] = max(1, view.strides[other] * view.shape[other])
    }
    if transposed {
      view.shape = view.shape.withLastTwoSwapped
      view.strides = view.strides.withLastTwoSwapped
    }
    return view
  }

  private mutating func convolution(
    _ id: Int, _ kind: ConvolutionKind, _ geometry: ConvolutionGeometry
  ) throws {
    let inputs = graph.nodes[id].inputs
    let (x, w, y) =
      switch kind {
      case .forward: (inputs[0], inputs[1], id)
      case .inputGradient: (id, inputs[1], inputs[0])
      case .weightGradient: (inputs[0], id, inputs[1])
      }
    func dense(_ operand: Int, _ lowering: inout Lowering) throws -> View {
      let view =
        operand == id ? lowering.placement.newValue(id) : try lowering.contiguous(operand)
      return View(dense: view)
    }
    let source = try dense(x, &self)
    let target = try dense(y, &self)
    let weight = try dense(w, &self)
    try contractions.add(
      Contraction(
        .convolution(kind, geometry), x: source, weight: weight, y: target, label: label(of: id)),
      weight: (node: w, label: label(of: w)), to: &list, &placement)
  }

  private func label(of id: Int) -> String {
    let node = graph.nodes[id]
    return "\(node.operation.name) \(node.shape) \(node.scope)"
  }

  // MARK: Values in memory

  /// A view of a node's values in memory. Adds instructions that compute or copy them where needed.
  private mutating func locate(_ id: Int) throws -> View {
    if let known = placement.view(id) { return known }
    let node = graph.nodes[id]
    let isConstant = KernelEmitter.constant(graph, id) != nil
    if node.operation.isMovement, !isConstant {
      let source = try locate(node.inputs[0])
      if let moved = source.moved(by: node.operation, to: node.shape) { return moved }
      let whole = copy(of: source, for: node.inputs[0])
      if let moved = whole.moved(by: node.operation, to: node.shape) { return moved }
    }
    guard isConstant || node.operation.isComputedInKernels else {
      throw ExecutionError(
        description: "\(node.scope): \(node.operation.name) has no place in memory")
    }
    return compute(id)
  }

  /// A view of a node whose elements follow each other without gaps; copies them where needed.
  mutating func contiguous(_ id: Int) throws -> View {
    let view = try locate(id)
    return view.isContiguous ? view : copy(of: view, for: id)
  }

  /// Copies a view into a buffer of its own, which becomes the node's view.
  mutating func copy(of view: View, for id: Int) -> View {
    let whole = placement.newBuffer(view.shape)
    var kernel = FusedKernel(shape: view.shape)
    kernel.store(kernel.append(.load(view)), in: whole)
    kernel.scopes = [graph.nodes[id].scope]
    list.append(.kernel(kernel))
    placement.set(whole, for: id)
    return whole
  }

  /// Keeps a node's values to the end of a run, and returns their view.
  mutating func keep(_ id: Int) throws -> View {
    let view = try contiguous(id)
    if placement.buffers[view.buffer].kind == .temporary {
      placement.setKind(.output, of: view.buffer)
    }
    return view
  }

  // MARK: Kernels

  /// Computes a node in a kernel and stores its values, in every concatenation that they are part of.
  @discardableResult
  private mutating func compute(_ id: Int) -> View {
    let node = graph.nodes[id]
    let views = placement.newValues(id)
    let root = Fusion.Root(
      node: id, shape: node.shape, scope: node.scope,
      earliest: updates.contains(id) ? lastCheck : -1)
    fusion.add(root, to: &list, placement) { kernel, emitter in
      let operand = emitter.emit(id, into: &kernel)
      for view in views { kernel.store(operand, in: view) }
      kernel.storedNodes.insert(id)
    }
    placement.set(views[0], for: id)
    return views[0]
  }

  /// Writes a node's values into part of a buffer, in a kernel after the instruction `position`.
  private mutating func store(_ id: Int, in view: View, after position: Int = -1) {
    let root = Fusion.Root(
      node: id, shape: view.shape, scope: graph.nodes[id].scope, earliest: position)
    fusion.add(root, to: &list, placement) { kernel, emitter in
      kernel.store(emitter.emit(id, into: &kernel), in: view)
    }
  }
}

extension View {
  /// A contiguous view with the strides of its shape. Axes of size 1 may have had any other stride.
  fileprivate init(dense view: View) {
    self.init(buffer: view.buffer, shape: view.shape)
    offset = view.offset
  }
}
