package import Autodiff

/// Removes `stopGradient` nodes, which have no effect once gradients have been derived.
///
///     %1 = stopGradient(%0)
///     %2 = add(%0, %1)               →   %1 = add(%0, %0)
package struct GradientStops: GraphPass {
  /// See `GraphPass`.
  package let name = "gradient stops"

  /// The pass; it has no settings.
  package init() {}

  /// See `GraphPass`.
  package func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
    let result = Graph()
    var mapping: [Int] = []
    for node in graph.nodes {
      let inputs = node.inputs.map { mapping[$0] }
      if node.operation == .stopGradient {
        mapping.append(inputs[0])
      } else {
        mapping.append(
          try result.append(node.operation, inputs, shape: node.shape, scope: node.scope).id)
      }
    }
    return RewrittenGraph(result, mapping: mapping)
  }
}
