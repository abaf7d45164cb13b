package import Autodiff

/// A rewrite of a whole graph into another one that computes the same values, up to rounding, at less cost.
package protocol GraphPass {
  /// The name that errors show.
  var name: String { get }

  /// Makes the new graph.
  ///
  /// - Parameters:
  ///   - graph: A graph that passes `verify`. It is not changed.
  ///   - roots: Nodes whose values are wanted. The result must map each of them to a new node.
  func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph
}

/// A graph that a pass has made of another one.
package struct RewrittenGraph {
  /// The new graph.
  package let graph: Graph
  /// The new node for each node of the old graph; nil for removed nodes.
  package let mapping: [Int?]

  /// Pairs a new graph with the new nodes of the old ones.
  package init(_ graph: Graph, mapping: [Int?]) {
    self.graph = graph
    self.mapping = mapping
  }

  /// The new node for a root of the old graph.
  package func place(of root: Int) -> Int {
    guard let place = mapping[root] else { preconditionFailure("a pass lost the root %\(root)") }
    return place
  }

  /// This rewrite and the next one, as a single rewrite.
  func followed(by next: RewrittenGraph) -> RewrittenGraph {
    RewrittenGraph(next.graph, mapping: mapping.map { $0.flatMap { next.mapping[$0] } })
  }
}

extension [any GraphPass] {
  /// Applies each pass to what the one before it made, and checks the graph after each.
  ///
  /// - Throws: `GraphError` that names the pass after which the graph broke a rule. It names no pass where the
  ///   graph was broken from the start.
  package func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
    try graph.verify()
    var whole = RewrittenGraph(graph, mapping: graph.nodes.indices.map { $0 })
    for pass in self {
      let next = try pass.rewrite(whole.graph, roots: roots.map { whole.place(of: $0) })
      do {
        try next.graph.verify()
      } catch let error as GraphError {
        throw error.after(pass.name)
      }
      whole = whole.followed(by: next)
    }
    return whole
  }

  /// The passes for processors. They first give convolutions the form that the back end computes fast, then
  /// remove repeated and unneeded nodes. `Gathering` leaves new ones of those, so both passes follow it again.
  package static func optimizing(for backend: any Backend) -> [any GraphPass] {
    [
      GradientStops(), ConvolutionForms(for: backend), Simplification(), DeadNodes(), Gathering(),
      Simplification(), DeadNodes(),
    ]
  }
}
