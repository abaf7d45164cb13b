public import Autodiff

/// The parts of a graph that a program is to compute: outputs, checks and updates of variables.
public struct Computation {
  /// A scalar that must be finite for a run to go on.
  public struct Check {
    /// Its name in the outcome of a run.
    public let name: String
    /// The scalar.
    public let value: Tensor

    /// A check of a scalar, with its name.
    public init(_ name: String, _ value: Tensor) {
      self.name = name
      self.value = value
    }
  }

  /// The graph that all these tensors belong to.
  public let graph: Graph
  /// Tensors that the caller reads after a run.
  public let outputs: [Tensor]
  /// Scalars that must be finite. The first one that is not ends the run before any update.
  public let checks: [Check]
  /// New values of variables, by name in alphabetical order; all are computed from the old values.
  public let updates: [(name: String, value: Tensor)]

  /// Collects the wanted tensors of a graph.
  ///
  /// - Parameter updates: New values by the variables' names.
  public init(
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

  /// The wanted nodes: those of outputs, then of checks, then of updates.
  var roots: [Int] {
    outputs.map(\.id) + checks.map(\.value.id) + updates.map(\.value.id)
  }
}
