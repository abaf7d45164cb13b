package import Autodiff

/// The inputs of a step's graph that are set from outside: scalars that change with the step, random
/// numbers that a graph cannot draw, and constant arrays.
package final class StepInputs {
  /// A function that sets an input's values for a step, counted from 0.
  package typealias Fill = (_ values: UnsafeMutableBufferPointer<Float>, _ step: Int) -> Void

  /// The inputs that are set before each step, with the functions that set them.
  package private(set) var changing: [(input: Tensor, fill: Fill)] = []
  /// The inputs that are set once, with their values.
  package private(set) var constant: [(input: Tensor, values: [Float])] = []
  private let seed: UInt64
  /// All inputs by name.
  private var known: [String: Tensor] = [:]

  /// Starts without inputs.
  ///
  /// - Parameter seed: The seed of random numbers that are drawn outside the graph.
  package init(seed: UInt64) { self.seed = seed }

  /// Adds an input that is set before each step, or returns the one that has the name already.
  ///
  /// - Parameter fill: A function that makes, from the seed, the function that sets the input.
  func add(
    _ name: String, to graph: Graph, shape: Shape, _ fill: (_ seed: UInt64) -> Fill
  ) throws -> Tensor {
    if let input = known[name] { return input }
    let input = try graph.input(name, shape: shape)
    known[name] = input
    changing.append((input, fill(seed)))
    return input
  }

  /// Adds a scalar, shape [], that is set before each step.
  func scalar(_ name: String, to graph: Graph, _ value: @escaping (Int) -> Float) throws -> Tensor {
    try add(name, to: graph, shape: []) { _ in { $0[0] = value($1) } }
  }

  /// Adds an array that is set once, or returns the one that has the name already.
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
