package import Autodiff

/// Merges the many small operations that unrolled networks leave behind: long sums of like terms become one
/// operation, and slices move before the element-wise operations they follow.
///
/// A parameter used at T time steps gets a sum of T gradients, and a tensor cut into T pieces gets a sum of
/// T pads. Products and reductions of the pieces become one operation over the concatenated pieces, which
/// uses the machine better. Pads that lie side by side become a concatenation.
///
/// The gradient of a bias that four steps use, with %1 to %4 of [2, 3]:
///
///     %5 = sum(%1; axes [0]) [1, 3]                %5 = concatenate(%1, %2, %3, %4) [8, 3]
///     …                                       →    %6 = sum(%5; axes [0]) [1, 3]
///     %8 = sum(%4; axes [0]) [1, 3]
///     %11 = add(add(add(%5, %6), %7), %8)
///
/// The files `Gathering+….swift` show examples of the other rules.
package struct Gathering: GraphPass {
  /// See `GraphPass`.
  package let name = "gathering"

  /// The pass; it has no settings.
  package init() {}

  /// See `GraphPass`.
  ///
  /// - Parameter graph: A graph without dead nodes, since a dead operation would count as a user.
  package func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
    var gatherer = Gatherer(graph, roots: roots)
    for id in graph.nodes.indices { gatherer.mapping.append(try gatherer.rewritten(id)) }
    return RewrittenGraph(gatherer.graph, mapping: gatherer.mapping)
  }
}

/// The new graph while it is being built.
struct Gatherer {
  /// The new graph.
  let graph = Graph()
  /// The new node for each old node that has been rewritten so far.
  var mapping: [Int] = []
  /// The graph that is being rewritten.
  let old: Graph
  /// The nodes that use each old node, once for each use.
  let users: [[Int]]
  /// True for the old nodes whose values are wanted.
  let isRoot: [Bool]
  /// True for the old nodes that are read only through slices; see `findSliced`.
  var isSliced: [Bool]

  /// Fewest terms for which products and reductions are gathered. Fewer are cheaper one by one, since
  /// concatenating their operands may need copies.
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

  /// The new node for an old one, whose inputs have been rewritten already.
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

  /// Adds up terms, first to last.
  func sum(_ terms: [Int], _ scope: String) throws -> Int {
    try terms.dropFirst().reduce(terms[0]) {
      try add(.binary(.add), [$0, $1], shape($0), scope)
    }
  }
}
