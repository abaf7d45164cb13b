package import Autodiff

/// Rebuilds a graph node by node: merges equal nodes, folds constants, and removes movements and factors of
/// sums that are not needed. Nodes that nothing reads any more are left to `DeadNodes`.
///
///     %1 = tanh(%0)                       %1 = tanh(%0)
///     %2 = tanh(%0)                  →    %2 = add(%1, %1)
///     %3 = multiply(%2, 1)
///     %4 = add(%1, %3)
package struct Simplification: GraphPass {
  /// See `GraphPass`.
  package let name = "simplification"

  /// The pass; it has no settings.
  package init() {}

  /// See `GraphPass`.
  package func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
    var simplifier = Simplifier()
    var mapping: [Int] = []
    for node in graph.nodes {
      let inputs = node.inputs.map { mapping[$0] }
      mapping.append(
        try simplifier.simplified(node.operation, inputs, node.shape, node.scope))
    }
    return RewrittenGraph(simplifier.graph, mapping: mapping)
  }
}

/// The new graph while it is being built.
struct Simplifier {
  let graph = Graph()
  private var known: [Key: Int] = [:]

  private struct Key: Hashable {
    let operation: Operation
    let inputs: [Int]
    let shape: Shape
  }

  func node(_ id: Int) -> Node { graph.nodes[id] }
  func shape(_ id: Int) -> Shape { graph.nodes[id].shape }

  /// The number that all elements of a node hold; nil where that is not known.
  func constant(_ id: Int) -> Float? {
    switch node(id).operation {
    case .constant(let bits): Float(bitPattern: bits)
    case .broadcast, .reshape: constant(node(id).inputs[0])
    default: nil
    }
  }

  /// Adds a node, or returns an equal one that exists already.
  mutating func make(
    _ operation: Operation, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    let key = Key(operation: operation, inputs: inputs, shape: shape)
    if let id = known[key] { return id }
    let id = try graph.append(operation, inputs, shape: shape, scope: scope).id
    known[key] = id
    return id
  }

  /// A tensor with one number in all elements.
  mutating func filled(_ value: Float, _ shape: Shape, _ scope: String) throws -> Int {
    let scalar = try make(.constant(bits: value.bitPattern), [], [], scope)
    let ones = try simplified(.reshape, [scalar], shape.map { _ in 1 }, scope)
    return try simplified(.broadcast, [ones], shape, scope)
  }

  /// The node for an operation on nodes of the new graph, after all rules have been applied.
  mutating func simplified(
    _ operation: Operation, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    switch operation {
    case .unary(let function):
      if let id = try unary(function, inputs[0], scope) { return id }
    case .binary(let function):
      if let id = try binary(function, inputs[0], inputs[1], scope) { return id }
    case .select:
      if let condition = constant(inputs[0]) { return inputs[condition != 0 ? 1 : 2] }
      if inputs[1] == inputs[2] { return inputs[1] }
    case .sum(let axes):
      if let id = try sum(axes, inputs[0], shape, scope) { return id }
    case .max(let axes):
      if axes.allSatisfy({ self.shape(inputs[0])[$0] == 1 }) { return inputs[0] }
    case .matmul(let a, let b):
      return try matmul(a, b, inputs, shape, scope)
    case .reshape, .broadcast, .transpose, .slice, .pad, .concatenate:
      if let id = try movement(operation, inputs, shape, scope) { return id }
    default: break
    }
    return try make(operation, inputs, shape, scope)
  }
}
