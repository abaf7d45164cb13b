/// A value in a graph: the result of one node.
///
/// Copying a tensor copies a reference. Nothing is computed until the graph is compiled and run.
public struct Tensor {
  /// The graph the node is in.
  public let graph: Graph
  /// The node's index.
  public let id: Int

  /// A reference to a node.
  package init(graph: Graph, id: Int) {
    self.graph = graph
    self.id = id
  }

  /// The sizes of its axes.
  public var shape: Shape { graph.nodes[id].shape }
  /// The number of axes.
  public var rank: Int { shape.count }

  /// The node that the tensor refers to.
  package var node: Node { graph.nodes[id] }
}

extension Graph {
  /// A scalar constant, shape [].
  public func constant(_ value: Float) -> Tensor {
    appendLeaf(.constant(bits: value.bitPattern), shape: [])
  }

  /// Values that are set before each run.
  public func input(_ name: String, shape: Shape) throws -> Tensor {
    try add(.input(name), shape: shape)
  }

  /// Values that last from run to run. Call it once a name: a second node of that name shares the memory, but
  /// gradients by one of them leave out the uses of the other.
  public func variable(_ name: String, shape: Shape) throws -> Tensor {
    try add(.variable(name), shape: shape)
  }

  /// Uniform numbers in (0, 1), new at each step. Element i is a function of (seed, stream, step, i).
  ///
  /// Source: Philox4x32-10, Salmon et al. 2011.
  public func uniform(
    _ stream: String, shape: Shape, lanes: Operation.RandomLanes = .bits24
  ) throws -> Tensor {
    try add(.random(stream: stream, lanes: lanes), shape: shape)
  }

  /// Standard normal numbers by the Box–Muller transform of two uniform streams,
  /// `stream` + "/radius" and "/angle".
  public func normal(_ stream: String, shape: Shape) throws -> Tensor {
    let radius = try (uniform(stream + "/radius", shape: shape).log() * -2).sqrt()
    return try radius * (uniform(stream + "/angle", shape: shape) * (2 * Float.pi)).cos()
  }

  private func appendLeaf(_ operation: Operation, shape: Shape) -> Tensor {
    nodes.append(Node(operation: operation, inputs: [], shape: shape, scope: currentScope))
    return Tensor(graph: self, id: nodes.count - 1)
  }
}
