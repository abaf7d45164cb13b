package import Autodiff

/// Rewrites what unrolled networks leave behind: long sums of like terms become one operation, and
/// slices move before the element-wise operations they follow.
///
/// A parameter used at T time steps gets a sum of T gradients, and a tensor cut into T pieces a sum of
/// T pads. Products and reductions of the pieces become one over the pieces laid one after another,
/// which is a better use of the machine; pads beside each other are a concatenation. Each of the files
/// `Gathering+….swift` shows an example.
package struct Gathering: GraphPass {
  /// See `GraphPass`.
  package let name = "gathering"

  /// The pass; it has no settings.
  package init() {}

  /// See `GraphPass`.
  ///
  /// - Parameter graph: Without dead nodes: an operation that nobody needs would count as a user.
  package func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
    var gatherer = Gatherer(graph, roots: roots)
    for id in graph.nodes.indices { gatherer.mapping.append(try gatherer.rewritten(id)) }
    return RewrittenGraph(gatherer.graph, mapping: gatherer.mapping)
  }
}

/// The graph that gathering makes, while it is made.
struct Gatherer {
  /// The new graph.
  let graph = Graph()
  /// For each node of the old graph its node in the new one.
  var mapping: [Int] = []
  /// The graph that is rewritten.
  let old: Graph
  /// Who uses each old node.
  let users: [[Int]]
  /// Whether an old node's value is wanted.
  let isRoot: [Bool]
  /// Whether an old node is read only through slices.
  var isSliced: [Bool]

  /// Terms from which products and reductions are gathered: fewer are cheaper one by one, as laying
  /// their operands one after another may need copies.
  static let fewestTerms = 4

  /// - Parameters:
  ///   - old: A graph without dead nodes.
  ///   - roots: Nodes whose values are wanted.
  init(_ old: Graph, roots: [Int]) {
    self.old = old
    var users = [[Int]](repeating: [], count: old.nodes.count)
    for (id, node) in old.nodes.enumerated() {
      for input in node.inputs { users[input].append(id) }
    }
    self.users = users
    var isRoot = [Bool](repeating: false, count: old.nodes.count)
    for root in roots { isRoot[root] = true }
    self.isRoot = isRoot
    isSliced = [Bool](repeating: false, count: old.nodes.count)
    findSliced()
  }

  func shape(_ id: Int) -> Shape { graph.nodes[id].shape }

  /// The new node for an old one.
  func rewritten(_ id: Int) throws -> Int {
    let node = old.nodes[id]
    if node.operation == .binary(.add), !isInsideSum(id) {
      if let sum = try gathered(id) { return sum }
    }
    if case .slice(let starts) = node.operation {
      return try slice(of: node.inputs[0], from: starts, node.shape, node.scope)
    }
    return try add(node.operation, node.inputs.map { mapping[$0] }, node.shape, node.scope)
  }

  /// Adds a node to the new graph.
  func add(
    _ operation: Operation, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    try graph.append(operation, inputs, shape: shape, scope: scope).id
  }

  /// Adds terms to each other, first to last.
  func sum(_ terms: [Int], _ scope: String) throws -> Int {
    try terms.dropFirst().reduce(terms[0]) {
      try add(.binary(.add), [$0, $1], shape($0), scope)
    }
  }
}
