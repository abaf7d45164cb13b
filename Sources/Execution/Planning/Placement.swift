import Autodiff

/// Where the values of a graph's nodes lie: the buffers of a plan, and each node's view of one.
///
/// Movements of what lies in memory are views of it and cost nothing. Parts of a concatenation get their
/// place in it, so that what computes them can write there: see `Pieces`.
struct Placement {
  let graph: Graph
  private(set) var buffers: [Buffer] = []
  private var known: [View?]
  private var variables: [String: BufferID] = [:]
  private let pieces: Pieces
  /// Parts of concatenations that hold their values.
  private var writtenParts = Set<Part>()
  /// Where each concatenation lies: once as its own value, again as a part of others.
  private var concatenations: [Int: [View]] = [:]

  /// - Parameter roots: Nodes that keep memory of their own.
  init(_ graph: Graph, roots: [Int]) {
    self.graph = graph
    known = [View?](repeating: nil, count: graph.nodes.count)
    pieces = Pieces(graph, roots: roots)
  }

  /// A node's values in memory, once they are anywhere.
  func view(_ id: Int) -> View? {
    if let view = known[id] { return view }
    let node = graph.nodes[id]
    guard node.operation.isMovement else { return nil }
    return view(node.inputs[0])?.moved(by: node.operation, to: node.shape)
  }

  /// Lets a view stand for a node.
  mutating func set(_ view: View, for id: Int) { known[id] = view }

  // MARK: Buffers

  /// New memory in the arena, without a shape.
  mutating func newBuffer(_ count: Int) -> BufferID { newBuffer([count]).buffer }

  /// New memory.
  mutating func newBuffer(_ shape: Shape, _ kind: Buffer.Kind = .temporary) -> View {
    buffers.append(Buffer(count: shape.elementCount, kind: kind))
    return View(buffer: buffers.count - 1, shape: shape)
  }

  /// Says that a buffer lives elsewhere than it was made for.
  mutating func setKind(_ kind: Buffer.Kind, of buffer: BufferID) { buffers[buffer].kind = kind }

  /// The memory of a variable, the same for all who ask by its name.
  mutating func variable(_ name: String, _ shape: Shape) -> View {
    if let known = variables[name] { return View(buffer: known, shape: shape) }
    let view = newBuffer(shape, .variable(name))
    variables[name] = view.buffer
    return view
  }

  /// The numbers 0, 1, 2, … along one axis: a constant as long as that, seen from every place.
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
  /// - Parameter isUsable: Whether the node can be computed into such a part.
  mutating func newValue(_ id: Int, if isUsable: (View) -> Bool = { $0.isContiguous }) -> View {
    let part = targets(of: id).first(where: isUsable)
    let view = part ?? newBuffer(graph.nodes[id].shape)
    if part != nil { writtenParts.insert(Part(view)) }
    known[id] = view
    return view
  }

  /// Memory for a node's values wherever they are wanted: every concatenation that they are part of, or
  /// a new buffer. The first stands for the node.
  mutating func newValues(_ id: Int) -> [View] {
    let parts = targets(of: id)
    writtenParts.formUnion(parts.map(Part.init))
    return parts.isEmpty ? [newBuffer(graph.nodes[id].shape)] : parts
  }

  /// Where the parts of a concatenation that nothing has written yet belong; they then count as written.
  mutating func unwrittenParts(of id: Int, in target: View) -> [(node: Int, view: View)] {
    let missing = pieces.parts(of: id).compactMap { piece -> (node: Int, view: View)? in
      guard let view = piece.view(in: target), writtenParts.insert(Part(view)).inserted
      else { return nil }
      return (piece.node, view)
    }
    writtenParts.insert(Part(target))
    return missing
  }

  /// The places of a concatenation: one for each that it is a part of, or a buffer of its own.
  mutating func targets(ofConcatenation id: Int) -> [View] {
    if let known = concatenations[id] { return known }
    var views = targets(of: id)
    if views.isEmpty { views = [newBuffer(graph.nodes[id].shape)] }
    known[id] = views[0]
    concatenations[id] = views
    return views
  }

  /// The parts of concatenations that a node fills.
  private mutating func targets(of id: Int) -> [View] {
    pieces.homes(of: id).flatMap { home in
      targets(ofConcatenation: home.concatenation).compactMap { whole in
        home.view(in: whole)?.moved(by: .reshape, to: graph.nodes[id].shape)
      }
    }
  }
}

extension Operation {
  /// Whether the result shows elements of its input and nothing is computed.
  var isMovement: Bool {
    switch self {
    case .reshape, .transpose, .broadcast, .slice: true
    default: false
    }
  }
}
