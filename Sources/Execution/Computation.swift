package import Autodiff

/// What a program is to compute of a graph.
package struct Computation {
  /// A scalar that must be finite for a run to go on.
  package struct Check {
    /// What the outcome of a run calls it.
    package let name: String
    /// The scalar.
    package let value: Tensor

    /// Names a scalar.
    package init(_ name: String, _ value: Tensor) {
      self.name = name
      self.value = value
    }
  }

  /// The graph that all tensors are of.
  package let graph: Graph
  /// What the caller reads after a run.
  package let outputs: [Tensor]
  /// What must be finite. The first one that is not ends the run before any update.
  package let checks: [Check]
  /// New values of variables, by name in alphabetical order; all are computed from the old values.
  package let updates: [(name: String, value: Tensor)]

  /// Puts together what is wanted.
  ///
  /// - Parameter updates: New values by the variables' names.
  package init(
    _ graph: Graph, outputs: [Tensor], checks: [Check] = [], updates: [String: Tensor] = [:]
  ) {
    self.graph = graph
    self.outputs = outputs
    self.checks = checks
    self.updates = updates.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    precondition(
      (outputs + checks.map(\.value) + updates.values).allSatisfy { $0.graph === graph },
      "tensors of another graph")
  }

  /// The nodes that are wanted: those of outputs, then of checks, then of updates.
  var roots: [Int] {
    outputs.map(\.id) + checks.map(\.value.id) + updates.map(\.value.id)
  }
}
