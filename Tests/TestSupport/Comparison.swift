public import Autodiff
package import CPU
package import Execution
internal import Reference

/// Pseudorandom numbers, uniform in −1…1, that are the same on every machine (SplitMix64).
public func numbers(_ count: Int, seed: UInt64) -> [Double] {
  (0..<UInt64(count)).map { index in
    var z = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ index &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    let float = Float(Double((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1)
    return Double(float)
  }
}

/// The largest |found − expected| / (absolute + relative·|expected|), which is at most 1 within tolerance.
public func worstError(
  _ found: some Sequence<Float>, _ expected: [Double], absolute: Double, relative: Double
) -> Double {
  zip(found, expected).reduce(0) { worst, pair in
    let (x, y) = (Double(pair.0), pair.1)
    if x == y || (x.isNaN && y.isNaN) { return worst }
    let error = abs(x - y) / (absolute + relative * abs(y))
    return error.isNaN ? .infinity : max(worst, error)
  }
}

/// Fills a graph's inputs and variables with numbers, compiles and runs it on the processor, with every form of
/// convolutions that it may have, and on the reference back end, and compares each output with the reference interpreter.
///
/// - Parameter threads: Number of threads of the processor's back end.
/// - Returns: The worst error in units of the tolerance.
public func compare(
  _ outputs: [Tensor], threads: Int = 2, absolute: Double = 1e-5, relative: Double = 1e-5,
  range: (Double) -> Double = { $0 }
) throws -> Double {
  guard let graph = outputs.first?.graph else { return 0 }
  let processors = try convolutionChoices(for: graph).map {
    try CPUBackend(threads: threads, convolutions: $0)
  }
  return try compare(
    outputs, on: processors + [ReferenceBackend()], absolute: absolute, relative: relative,
    range: range)
}

/// The ways to compute the convolutions of a graph; one for a graph that has none.
package func convolutionChoices(for graph: Graph) -> [ConvolutionChoice] {
  let hasConvolutions = graph.nodes.contains { $0.operation.name.hasPrefix("convolution") }
  return hasConvolutions ? [.direct, .winograd] : [.fastest]
}

/// Compares outputs with the reference interpreter as above, on the given back ends.
package func compare(
  _ outputs: [Tensor], on backends: [any Backend], absolute: Double = 1e-5,
  relative: Double = 1e-5, range: (Double) -> Double = { $0 }
) throws -> Double {
  guard let graph = outputs.first?.graph else { return 0 }
  var reference = ReferenceInterpreter()
  reference.seed = 5
  reference.step = 3
  let variables = VariableStore()
  var inputs: [(Tensor, [Float])] = []
  for (id, node) in graph.nodes.enumerated() {
    let values = numbers(node.shape.elementCount, seed: UInt64(id)).map { Double(Float(range($0))) }
    switch node.operation {
    case .input(let name):
      reference.values[name] = values
      inputs.append((Tensor(graph: graph, id: id), values.map(Float.init)))
    case .variable(let name):
      reference.values[name] = values
      _ = variables.declare(name, count: values.count).update(from: values.map(Float.init))
    default: break
    }
  }
  let expected = reference.evaluate(outputs)
  return try backends.reduce(0) { worst, backend in
    let program = try Program(
      Computation(graph, outputs: outputs), variables: variables, seed: 5, backend: backend)
    for (input, values) in inputs { _ = program[input].update(from: values) }
    try program.run(step: 3)
    return zip(outputs, expected).reduce(worst) {
      max($0, worstError(program[$1.0], $1.1, absolute: absolute, relative: relative))
    }
  }
}

/// Checks a scalar's gradients by projection: ⟨direction, gradient⟩ against a central difference.
///
/// - Returns: The worst relative error over the sources.
public func projectionError(
  _ scalar: Tensor, by sources: [Tensor], range: (Double) -> Double = { $0 }, width: Double = 1e-5
) throws -> Double {
  let graph = scalar.graph
  let gradients = try graph.gradients(of: scalar, by: sources)
  var reference = ReferenceInterpreter()
  for (id, node) in graph.nodes.enumerated() {
    switch node.operation {
    case .input(let name), .variable(let name):
      reference.values[name] = numbers(node.shape.elementCount, seed: UInt64(id)).map(range)
    default: break
    }
  }
  let exact = reference.evaluate(gradients)
  var worst = 0.0
  for (index, source) in sources.enumerated() {
    guard case .input(let name) = graph.nodes[source.id].operation,
      let center = reference.values[name]
    else { continue }
    let direction = numbers(center.count, seed: UInt64(1000 + index))
    func value(_ distance: Double) -> Double {
      var moved = reference
      moved.values[name] = zip(center, direction).map { $0 + distance * $1 }
      return moved.evaluate([scalar])[0][0]
    }
    let slope = (value(width) - value(-width)) / (2 * width)
    let projected = zip(direction, exact[index]).reduce(0) { $0 + $1.0 * $1.1 }
    worst = max(worst, abs(slope - projected) / (1e-6 + abs(slope)))
  }
  return worst
}
