package import Autodiff

/// Removes nodes that no root depends on.
///
///     %0 = input(x)                      %0 = input(x)
///     %1 = exp(%0)                  →    %1 = tanh(%0)
///     %2 = tanh(%0)      root: %2
package struct DeadNodes: GraphPass {
  /// See `GraphPass`.
  package let name = "dead nodes"

  /// The pass; it has no settings.
  package init() {}

  /// See `GraphPass`.
  package func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
    var isAlive = [Bool](repeating: false, count: graph.nodes.count)
    for root in roots { isAlive[root] = true }
    for id in graph.nodes.indices.reversed() where isAlive[id] {
      for input in graph.nodes[id].inputs { isAlive[input] = true }
    }
    let result = Graph()
    var place = [Int?](repeating: nil, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() where isAlive[id] {
      var node = node
      node.inputs = node.inputs.compactMap { place[$0] }
      place[id] = result.nodes.count
      result.nodes.append(node)
    }
    return RewrittenGraph(result, mapping: place)
  }
}
