import Autodiff

/// The parts of each concatenation, so that a part can be computed straight into its place there.
///
/// c = concatenate(tanh(x), exp(x)) along the last axis, x of shape [2, 3], before and after:
///
///     kernel: load x, tanh, store a             kernel: load x, tanh, store c from [0, 0],
///     kernel: load x, exp, store b                              exp, store c from [0, 3]
///     kernel: load a, store c from [0, 0]
///     kernel: load b, store c from [0, 3]
struct Pieces {
  /// A part of a concatenation.
  struct Piece {
    /// The node whose values fill the part.
    let node: Int
    /// The concatenation it is a part of.
    let concatenation: Int
    /// The indices in the concatenation at which it begins.
    let starts: [Int]
    /// The sizes of its axes.
    let shape: Shape

    /// The part's elements in the concatenation's memory.
    func view(in whole: View) -> View? { whole.moved(by: .slice(starts: starts), to: shape) }
  }

  private var parts: [Int: [Piece]] = [:]
  private var homes: [Int: [Piece]] = [:]

  /// - Parameter roots: Nodes that keep memory of their own.
  init(_ graph: Graph, roots: [Int]) {
    let roots = Set(roots)
    for (id, node) in graph.nodes.enumerated() {
      guard case .concatenate(let axis) = node.operation else { continue }
      var starts = node.shape.map { _ in 0 }
      for input in node.inputs {
        let shape = graph.nodes[input].shape
        let piece = Piece(node: input, concatenation: id, starts: starts, shape: shape)
        parts[id, default: []].append(piece)
        starts[axis] += shape[axis]
        let source = Self.source(of: input, in: graph)
        if !roots.contains(source) { homes[source, default: []].append(piece) }
      }
    }
  }

  /// The node that computes the values: the one behind any reshapes.
  private static func source(of id: Int, in graph: Graph) -> Int {
    var id = id
    while graph.nodes[id].operation == .reshape { id = graph.nodes[id].inputs[0] }
    return id
  }

  /// The parts of a concatenation, first to last.
  func parts(of concatenation: Int) -> [Piece] { parts[concatenation] ?? [] }

  /// The parts that a node's values fill, possibly of several concatenations.
  func homes(of node: Int) -> [Piece] { homes[node] ?? [] }
}

/// The memory of a concatenation's part, regardless of its shape.
struct Part: Hashable {
  private let buffer: BufferID
  private let offset: Int
  private let count: Int

  init(_ view: View) {
    buffer = view.buffer
    offset = view.offset
    count = view.shape.elementCount
  }
}
