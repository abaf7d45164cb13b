import Autodiff

/// The memory of a graph's values: the buffers of a plan, and each node's view of one.
///
/// A movement of a value in memory is another view of it and costs nothing. A part of a concatenation gets its
/// place there, so that it can be computed into that place: see `Pieces`.
struct Placement {
  let graph: Graph
  private(set) var buffers: [Buffer] = []
  private var known: [View?]
  private var variables: [String: BufferID] = [:]
  private let pieces: Pieces
  /// Parts of concatenations that some instruction has written already.
  private var writtenParts = Set<Part>()
  /// The views of each concatenation: one in each other concatenation that it is a part of, else its own.
  private var concatenations: [Int: [View]] = [:]

  /// - Parameter roots: Nodes that keep memory of their own.
  init(_ graph: Graph, roots: [Int]) {
    self.graph = graph
    known = [View?](repeating: nil, count: graph.nodes.count)
    pieces = Pieces(graph, roots: roots)
  }

  /// The view of a node's values; nil as long as they are not in memory.
  func view(_ id: Int) -> View? {
    if let view = known[id] { return view }
    let node = graph.nodes[id]
    guard node.operation.isMovement else { return nil }
    return view(node.inputs[0])?.moved(by: node.operation, to: node.shape)
  }

  /// Records the view of a node's values.
  mutating func set(_ view: View, for id: Int) { known[id] = view }

  // MARK: Buffers

  /// Adds a buffer of `count` floats in the arena.
  mutating func newBuffer(_ count: Int) -> BufferID { newBuffer([count]).buffer }

  /// Adds a buffer for a tensor, and returns the view of all of it.
  mutating func newBuffer(_ shape: Shape, _ kind: Buffer.Kind = .temporary) -> View {
    buffers.append(Buffer(count: shape.elementCount, kind: kind))
    return View(buffer: buffers.count - 1, shape: shape)
  }

  /// Changes where a buffer's memory is.
  mutating func setKind(_ kind: Buffer.Kind, of buffer: BufferID) { buffers[buffer].kind = kind }

  /// The memory of a variable, the same for every node of its name.
  mutating func variable(_ name: String, _ shape: Shape) -> View {
    if let known = variables[name] { return View(buffer: known, shape: shape) }
    let view = newBuffer(shape, .variable(name))
    variables[name] = view.buffer
    return view
  }

  /// The numbers 0, 1, 2, … along one axis, stored once; the strides of the other axes are 0.
  mutating func iota(_ axis: Int, _ shape: Shape) -> View {
    let numbers = (0..<shape[axis]).map(Float.init)
    var view = newBuffer([shape[axis]], .constant(numbers))
    view.shape = shape
    view.strides = shape.indices.map { $0 == axis ? 1 : 0 }
    return view
  }

  // MARK: Values and parts

  /// Memory for a node's values: its part of a concatenation, or a new buffer.
  ///
  /// - Parameter isUsable: True for parts that the node can be computed into.
  mutating func newValue(_ id: Int, if isUsable: (View) -> Bool = { $0.isContiguous }) -> View {
    let part = targets(of: id).first(where: isUsable)
    let view = part ?? newBuffer(graph.nodes[id].shape)
    if part != nil { writtenParts.insert(Part(view)) }
    known[id] = view
    return view
  }

  /// Memory for a node's values: a view in every concatenation that they are part of, or a new buffer. The
  /// caller makes the first one the node's view.
  mutating func newValues(_ id: Int) -> [View] {
    let parts = targets(of: id)
    writtenParts.formUnion(parts.map(Part.init))
    return parts.isEmpty ? [newBuffer(graph.nodes[id].shape)] : parts
  }

  /// The parts of a concatenation that nothing has written yet, with their places. Marks them as written.
  mutating func unwrittenParts(of id: Int, in target: View) -> [(node: Int, view: View)] {
    let missing = pieces.parts(of: id).compactMap { piece -> (node: Int, view: View)? in
      guard let view = piece.view(in: target), writtenParts.insert(Part(view)).inserted
      else { return nil }
      return (piece.node, view)
    }
    writtenParts.insert(Part(target))
    return missing
  }

  /// The views of a concatenation: one in each other concatenation that it is a part of, or a new buffer.
  mutating func targets(ofConcatenation id: Int) -> [View] {
    if let known = concatenations[id] { return known }
    var views = targets(of: id)
    if views.isEmpty { views = [newBuffer(graph.nodes[id].shape)] }
    known[id] = views[0]
    concatenations[id] = views
    return views
  }

  /// The views in concatenations that a node's values fill.
  private mutating func targets(of id: Int) -> [View] {
    pieces.homes(of: id).flatMap { home in
      targets(ofConcatenation: home.concatenation).compactMap { whole in
        home.view(in: whole)?.moved(by: .reshape, to: graph.nodes[id].shape)
      }
    }
  }
}

extension Operation {
  /// True for operations whose result only shows elements of the input, so that a view can stand for it.
  var isMovement: Bool {
    switch self {
    case .reshape, .transpose, .broadcast, .slice: true
    default: false
    }
  }
}
