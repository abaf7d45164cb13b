package import Autodiff

extension Program {
  /// Compiles a graph with outputs that are read by name.
  ///
  /// - Parameters:
  ///   - outputs: What the caller reads after a run.
  ///   - checked: Names of scalar outputs that must be finite for a run to go on.
  ///   - updates: New values of variables, by name; all are computed from the old values.
  package convenience init(
    _ graph: Graph, outputs: [String: Tensor], checked: Set<String> = [],
    updates: [String: Tensor] = [:], variables: VariableStore, seed: UInt64, backend: any Backend
  ) throws {
    let named = outputs.sorted { $0.key < $1.key }
    let wanted = Computation(
      graph, outputs: named.map(\.value),
      checks: named.filter { checked.contains($0.key) }.map { .init($0.key, $0.value) },
      updates: updates)
    try self.init(wanted, variables: variables, seed: seed, backend: backend)
    names = Dictionary(uniqueKeysWithValues: zip(named.map(\.key), plan.outputs))
  }

  /// The memory of an input, to be filled before a run; nil when nothing depends on that input.
  package func input(_ name: String) -> UnsafeMutableBufferPointer<Float>? { memory.inputs[name] }

  /// An output's elements in row-major order, valid until the next run.
  ///
  /// - Precondition: `name` was among the outputs.
  package func output(_ name: String) -> UnsafeBufferPointer<Float> {
    guard let view = names[name] else { preconditionFailure("no output named \(name)") }
    return UnsafeBufferPointer(values(of: view))
  }
}
