package import Autodiff

/// A rewrite of a whole graph into another that computes the same values, up to rounding, for less.
package protocol GraphPass {
  /// What errors and listings call it.
  var name: String { get }

  /// Makes the new graph.
  ///
  /// - Parameters:
  ///   - graph: A graph that holds; it stays as it is.
  ///   - roots: Nodes whose values are wanted, and whose places in the new graph must be known.
  func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph
}

/// A graph that a pass has made of another one.
package struct RewrittenGraph {
  /// The new graph.
  package let graph: Graph
  /// For each node of the old graph its node in the new one; nil for those that are gone.
  package let mapping: [Int?]

  /// Pairs a graph with where the old nodes are in it.
  package init(_ graph: Graph, mapping: [Int?]) {
    self.graph = graph
    self.mapping = mapping
  }

  /// Where a root of the old graph is in the new one.
  package func place(of root: Int) -> Int {
    guard let place = mapping[root] else { preconditionFailure("a pass lost the root %\(root)") }
    return place
  }

  /// This rewrite and one that comes after it.
  func followed(by next: RewrittenGraph) -> RewrittenGraph {
    RewrittenGraph(next.graph, mapping: mapping.map { $0.flatMap { next.mapping[$0] } })
  }
}

extension [any GraphPass] {
  /// Applies each pass to what the one before it made, and checks the graph after each.
  ///
  /// - Throws: `GraphError` that names the pass which broke a rule of the graph; of no pass when the graph
  ///   was broken before.
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

  /// What pays on processors: forms that the back end computes fast, then everything once that is
  /// written more than once or not needed.
  package static func optimizing(for backend: any Backend) -> [any GraphPass] {
    [
      GradientStops(), ConvolutionForms(for: backend), Simplification(), DeadNodes(), Gathering(),
      Simplification(), DeadNodes(),
    ]
  }
}
