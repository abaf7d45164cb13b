/// One operation of a graph.
public struct Node: Sendable {
  /// The operation that computes the node's value.
  public package(set) var operation: Operation
  /// Indices of the operands' nodes, all smaller than this node's own.
  public package(set) var inputs: [Int]
  /// The result's shape.
  public package(set) var shape: Shape
  /// The layer that added the node; a `∂` before it marks a gradient.
  public package(set) var scope: String
}

/// A computation as a list of nodes in an order in which they can be executed.
///
/// A graph only grows. `Tensor` values refer to its nodes. Operations on tensors and gradients add nodes to
/// it, so a gradient can be differentiated again.
public final class Graph {
  /// The nodes, operands before their users.
  public package(set) var nodes: [Node] = []
  private var scopes: [String] = []

  /// An empty graph.
  public init() {}

  /// Runs `body` with `name` appended to the scope that new nodes and errors carry.
  public func scope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    scopes.append(scopes.last.map { $0.isEmpty ? name : $0 + "." + name } ?? name)
    defer { scopes.removeLast() }
    return try body()
  }

  /// The layer that is being built; empty at top level.
  public var currentScope: String { scopes.last ?? "" }

  /// Adds a node.
  ///
  /// - Parameters:
  ///   - shape: The result's shape, where the inputs do not determine it.
  /// - Throws: `GraphError` that names the scope, the operation, what it expects and what it was given.
  public func add(_ operation: Operation, _ inputs: [Tensor] = [], shape: Shape? = nil) throws
    -> Tensor
  {
    precondition(inputs.allSatisfy { $0.graph === self }, "tensors of another graph")
    return try append(operation, inputs.map(\.id), shape: shape, scope: currentScope)
  }

  /// Adds a node to a given scope.
  ///
  /// - Parameters:
  ///   - inputs: Indices of nodes of this graph.
  ///   - shape: The result's shape, where the inputs do not determine it.
  /// - Throws: `GraphError` where the operation does not take such inputs.
  package func append(
    _ operation: Operation, _ inputs: [Int], shape: Shape?, scope: String
  ) throws -> Tensor {
    do {
      let shape = try ShapeRules.shape(
        operation, inputs: inputs.map { nodes[$0].shape }, declared: shape)
      nodes.append(Node(operation: operation, inputs: inputs, shape: shape, scope: scope))
    } catch let error as GraphError {
      throw error.inScope(scope)
    }
    return Tensor(graph: self, id: nodes.count - 1)
  }

  /// Checks every node against its shape rule, and that operands come before their users.
  ///
  /// - Throws: `GraphError` that names the first node which breaks a rule.
  public func verify() throws {
    for (id, node) in nodes.enumerated() {
      guard node.inputs.allSatisfy({ $0 >= 0 && $0 < id }) else {
        throw GraphError(
          scope: node.scope, operation: "%\(id) \(node.operation.name)",
          expected: "operands before it", found: "\(node.inputs)")
      }
      let shape = try ShapeRules.shape(
        node.operation, inputs: node.inputs.map { nodes[$0].shape }, declared: node.shape)
      guard shape == node.shape else {
        throw GraphError(
          scope: node.scope, operation: "%\(id) \(node.operation.name)",
          expected: "shape \(shape)", found: "\(node.shape)")
      }
    }
  }
}

extension Graph: CustomStringConvertible {
  /// One line for each node: `%7 = multiply(%3, %6) [64, 8, 8, 128]  # layer`.
  public var description: String {
    nodes.enumerated().map { id, node in
      let operands = node.inputs.map { "%\($0)" }.joined(separator: ", ")
      let detail = node.operation.detail
      let arguments = [operands, detail].filter { !$0.isEmpty }.joined(separator: "; ")
      let scope = node.scope.isEmpty ? "" : "  # \(node.scope)"
      return "%\(id) = \(node.operation.name)(\(arguments)) \(node.shape)\(scope)"
    }.joined(separator: "\n")
  }
}

extension Operation {
  /// The operation's parameters as a description shows them, such as `axes [0]`; often empty.
  package var detail: String {
    switch self {
    case .constant(let bits): "\(Float(bitPattern: bits))"
    case .input(let name), .variable(let name): name
    case .random(let stream, let lanes): "\(stream), \(lanes.rawValue) bits"
    case .iota(let axis), .concatenate(let axis): "axis \(axis)"
    case .sum(let axes), .max(let axes): "axes \(axes)"
    case .transpose(let permutation): "axes \(permutation)"
    case .slice(let starts): "from \(starts)"
    case .pad(let low): "at \(low)"
    case .matmul(let a, let b):
      (a ? ["transposed left"] : []).joined() + (b ? " transposed right" : "")
    case .convolution(let g), .convolutionInputGradient(let g), .convolutionWeightGradient(let g):
      "stride \(g.stride) padding \(g.paddingLow)\(g.paddingHigh) dilation \(g.dilation)"
    default: ""
    }
  }
}
