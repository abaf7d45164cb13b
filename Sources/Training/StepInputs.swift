package import Autodiff

/// The inputs of a step's graph that are set from outside: scalars that change with the step, random
/// numbers that a graph cannot make, constant arrays.
package final class StepInputs {
  /// Sets an input's values for a step, counted from 0.
  package typealias Fill = (_ values: UnsafeMutableBufferPointer<Float>, _ step: Int) -> Void

  /// What is set before each step.
  package private(set) var changing: [(input: Tensor, fill: Fill)] = []
  /// What is set once.
  package private(set) var constant: [(input: Tensor, values: [Float])] = []
  private let seed: UInt64
  /// Inputs by name.
  private var known: [String: Tensor] = [:]

  /// Starts without inputs.
  ///
  /// - Parameter seed: The key of random numbers that are drawn outside.
  package init(seed: UInt64) { self.seed = seed }

  /// Adds an input that is set before each step; one of a name that is there already is that one.
  ///
  /// - Parameter fill: Makes the function that sets it, from the run's seed.
  func add(
    _ name: String, to graph: Graph, shape: Shape, _ fill: (_ seed: UInt64) -> Fill
  ) throws -> Tensor {
    if let input = known[name] { return input }
    let input = try graph.input(name, shape: shape)
    known[name] = input
    changing.append((input, fill(seed)))
    return input
  }

  /// Adds a scalar, shape [].
  func scalar(_ name: String, to graph: Graph, _ value: @escaping (Int) -> Float) throws -> Tensor {
    try add(name, to: graph, shape: []) { _ in { $0[0] = value($1) } }
  }

  /// Adds an array that stays as it is.
  func constant(_ name: String, to graph: Graph, shape: Shape, _ values: () -> [Float]) throws
    -> Tensor
  {
    if let input = known[name] { return input }
    let input = try graph.input(name, shape: shape)
    known[name] = input
    constant.append((input, values()))
    return input
  }
}
