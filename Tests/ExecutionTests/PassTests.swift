import Autodiff
import Execution
import Testing

/// The loop over passes, and the passes of a few lines.
@Suite struct PassTests {
  /// A faulty pass that gives the last node a wrong shape.
  private struct Breaking: GraphPass {
    let name = "breaking"
    func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
      let copy = try DeadNodes().rewrite(graph, roots: roots)
      copy.graph.nodes[copy.graph.nodes.count - 1].shape = [1, 2, 3]
      return copy
    }
  }

  /// A pass that inserts a node before all others.
  private struct Shifting: GraphPass {
    let name = "shifting"
    func rewrite(_ graph: Graph, roots: [Int]) throws -> RewrittenGraph {
      let result = Graph()
      _ = result.constant(0)
      for node in graph.nodes {
        _ = try result.append(
          node.operation, node.inputs.map { $0 + 1 }, shape: node.shape, scope: node.scope)
      }
      return RewrittenGraph(result, mapping: graph.nodes.indices.map { $0 + 1 })
    }
  }

  @Test func mappingsAreComposed() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4])
    let dead = try x.exp()
    let y = try x.tanh()
    let passes: [any GraphPass] = [Shifting(), Shifting(), DeadNodes(), Shifting()]
    let result = try passes.rewrite(graph, roots: [y.id])
    #expect(result.mapping == [1, nil, 2] && result.mapping[dead.id] == nil)
    #expect(result.graph.nodes[result.place(of: y.id)].operation == .unary(.tanh))
    let none = try [any GraphPass]().rewrite(graph, roots: [y.id])
    #expect(none.graph === graph && none.mapping == [0, 1, 2])
  }

  @Test func aPassThatBreaksTheGraphIsNamed() throws {
    let graph = Graph()
    let y = try graph.input("x", shape: [4]).tanh()
    let passes: [any GraphPass] = [DeadNodes(), Breaking(), DeadNodes()]
    #expect {
      try passes.rewrite(graph, roots: [y.id])
    } throws: { error in
      "\(error)" == "after breaking, %1 tanh: expected shape [4], found [1, 2, 3]"
    }
  }

  @Test func aBrokenGraphIsRefusedBeforeAnyPass() throws {
    let graph = Graph()
    let y = try graph.input("x", shape: [4]).tanh()
    graph.nodes[y.id].shape = [3]
    #expect {
      try [any GraphPass]().rewrite(graph, roots: [y.id])
    } throws: { error in
      "\(error)" == "%1 tanh: expected shape [4], found [3]"
    }
  }

  @Test func deadNodesGo() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4])
    _ = try x.exp()
    _ = try graph.input("idle", shape: [2])
    let y = try x.tanh()
    #expect(
      try rewritten([y], by: [DeadNodes()]).description == """
        %0 = input(x) [4]
        %1 = tanh(%0) [4]
        """)
  }

  @Test func gradientStopsGo() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4])
    let y = try x.stopGradient().stopGradient() + x
    #expect(
      try rewritten([y], by: [GradientStops()]).description == """
        %0 = input(x) [4]
        %1 = add(%0, %0) [4]
        """)
  }
}
