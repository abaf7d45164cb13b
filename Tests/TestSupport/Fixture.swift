public import Autodiff
internal import CPU
internal import Execution
public import Foundation

/// Expected results: float32 arrays by name, made by a script beside the file.
public struct Fixture {
  /// The arrays, row-major.
  public let arrays: [String: [Float]]

  /// Reads `Fixtures/<name>.json` of a test target's bundle.
  ///
  /// - Throws: When the file is missing or is not a fixture.
  public init(_ name: String, in bundle: Bundle) throws {
    let url = bundle.bundleURL.appending(path: "Fixtures/\(name).json")
    let encoded = try JSONDecoder().decode([String: Data].self, from: Data(contentsOf: url))
    arrays = encoded.mapValues { data in
      stride(from: 0, to: data.count, by: 4).map { offset in
        Float(bitPattern: data[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
      }
    }
  }

  /// Fills every input and variable with `fixtureValues`, runs with every form of convolutions, and compares with the
  /// arrays.
  ///
  /// - Parameters:
  ///   - outputs: Tensors by the names of the arrays; both must have the same names.
  ///   - given: Values of inputs that have others, by their nodes.
  /// - Returns: The worst error in units of 1e-5 + 1e-5·|expected|, twice that for Winograd's form, and where it is.
  public func compare(
    _ outputs: [String: Tensor], given: [Int: [Float]] = [:]
  ) throws -> (error: Double, name: String) {
    guard outputs.keys.sorted() == arrays.keys.sorted(), let graph = outputs.values.first?.graph
    else { return (.infinity, "names \(outputs.keys.sorted()), not \(arrays.keys.sorted())") }
    var worst = (error: 0.0, name: "")
    for choice in convolutionChoices(for: graph) {
      let program = try Program(
        Computation(graph, outputs: Array(outputs.values)), variables: fixtureVariables(graph),
        seed: 5, backend: CPUBackend(threads: 2, convolutions: choice))
      // Winograd's form rounds more often, which adds up over layers.
      let tolerance = choice == .winograd ? 2e-5 : 1e-5
      for (id, node) in graph.nodes.enumerated() {
        guard case .input(let name) = node.operation else { continue }
        _ = program[Tensor(graph: graph, id: id)].update(
          from: given[id] ?? fixtureValues(name, node.shape))
      }
      try program.run(step: 0)
      for (name, output) in outputs {
        let found = program[output]
        let expected = arrays[name] ?? []
        guard found.count == expected.count else { return (.infinity, "elements of \(name)") }
        let error = worstError(
          found, expected.map(Double.init), absolute: tolerance, relative: tolerance)
        if error > worst.error { worst = (error, name) }
      }
    }
    return worst
  }
}

/// A store in which every variable of a graph holds its `fixtureValues`.
func fixtureVariables(_ graph: Graph) -> VariableStore {
  let variables = VariableStore()
  for node in graph.nodes {
    guard case .variable(let name) = node.operation else { continue }
    let buffer = variables.declare(name, count: node.shape.elementCount)
    _ = buffer.update(from: fixtureValues(name, node.shape))
  }
  return variables
}

/// The numbers of an input or parameter, which depend only on its name and shape, as in `fixture.py`.
public func fixtureValues(_ name: String, _ shape: Shape) -> [Float] {
  let seed = name.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  let plain = numbers(shape.elementCount, seed: UInt64(seed)).map(Float.init)
  if name.hasSuffix("running_var") { return plain.map { 1 + 0.5 * $0 } }
  if name.hasSuffix("weight") && shape.count == 1 { return plain.map { 1 + 0.25 * $0 } }
  if name.hasSuffix("weight") {
    let scale = Float((3 * Double(shape[0]) / Double(shape.elementCount)).squareRoot())
    return plain.map { $0 * scale }
  }
  if name.hasSuffix("bias") || name.hasSuffix("running_mean") { return plain.map { 0.25 * $0 } }
  return plain
}
