import Autodiff
import CPU
import Execution
import Reference
import TestSupport
import Testing

/// The reference back end, compared with the fast one.
@Suite struct ReferenceTests {
  /// Losses of a small network with a mask, max pooling, a norm and Adam, trained for some steps.
  private func losses(on backend: any Backend) throws -> [Float] {
    let graph = Graph()
    let w = try graph.variable("w", shape: [4, 1, 3, 3])
    let v = try graph.variable("v", shape: [16, 1])
    let x = try graph.normal("x", shape: [8, 8, 8, 1])
    let convolved = try x.convolution(w, ConvolutionGeometry(stride: [2, 2], padding: [1, 1]))
    let centered = try convolved - convolved.mean(axes: [0, 1, 2], keepingAxes: true)
    let pooled = try centered.tanh().reshape([8, 2, 2, 2, 2, 4]).max(axes: [2, 4])
    let mask = try graph.uniform("mask", shape: [8, 16], lanes: .bits16).less(than: 0.8)
    let y = try (pooled.reshape([8, 16]) * mask).matmul(v)
    let loss = try (y - x.mean(axes: [1, 2])).squared().mean()
    let gradients = try graph.gradients(of: loss, by: [w, v])
    var updates: [String: Tensor] = [:]
    for (parameter, gradient) in zip([w, v], gradients) {
      guard case .variable(let name) = graph.nodes[parameter.id].operation else { continue }
      let moment = try graph.variable("moment/" + name, shape: parameter.shape)
      let new = try moment * 0.9 + gradient * gradient * 0.1
      updates["moment/" + name] = new
      updates[name] = try parameter - gradient * 0.05 / (new.sqrt() + 1e-4)
    }
    let variables = VariableStore()
    _ = variables.declare("w", count: 36).update(from: numbers(36, seed: 1).map(Float.init))
    _ = variables.declare("v", count: 16).update(from: numbers(16, seed: 2).map(Float.init))
    let program = try Program(
      Computation(graph, outputs: [loss], checks: [.init("loss", loss)], updates: updates),
      variables: variables, seed: 11, backend: backend)
    return try (0..<10).map { step -> Float in
      let outcome = try program.run(step: UInt64(step))
      #expect(outcome == .finished)
      return program[loss][0]
    }
  }

  @Test func trainsAsTheProcessorDoes() throws {
    let expected = try losses(on: ReferenceBackend()).map(Double.init)
    #expect(Set(expected).count == 10)
    for threads in [1, 2] {
      let found = try losses(on: CPUBackend(threads: threads))
      let worst = worstError(found, expected, absolute: 1e-5, relative: 1e-4)
      #expect(worst <= 1, "\(found), not \(expected)")
    }
  }

  /// The reference plan has every operation as written; the other plan has those that the passes leave.
  @Test func graphsAreNotRewritten() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4])
    let y = try (x * 1).tanh() + x.tanh()
    let written = try ExecutionPlan([y], for: ReferenceBackend())
    #expect(written.kernels[0].operationCount == 4, "\(written)")
    #expect(try ExecutionPlan([y], for: TestBackend()).kernels[0].operationCount == 2)
  }

  /// Two nodes for an input of one name see the same numbers, though this back end does not merge them.
  @Test func inputsOfOneNameAreOne() throws {
    let graph = Graph()
    let (a, b) = try (graph.input("x", shape: [2]), graph.input("x", shape: [2]))
    let y = try a.exp() + b
    let program = try Program(
      Computation(graph, outputs: [y]), variables: VariableStore(), seed: 0,
      backend: ReferenceBackend())
    _ = program[a].update(from: [0, 0.5])
    try program.run(step: 0)
    #expect(abs(program[y][0] - 1) < 1e-6 && abs(program[y][1] - 2.1487212) < 1e-6)
  }

  @Test func randomNumbersAreTheSame() throws {
    func draw(_ backend: any Backend) throws -> [[UInt32]] {
      let graph = Graph()
      let outputs = try [
        graph.uniform("a", shape: [3, 777]), graph.uniform("b", shape: [777, 3], lanes: .bits16),
      ]
      let program = try Program(
        Computation(graph, outputs: outputs), variables: VariableStore(), seed: 4,
        backend: backend)
      try program.run(step: 9)
      return outputs.map { program[$0].map(\.bitPattern) }
    }
    #expect(try draw(ReferenceBackend()) == draw(CPUBackend(threads: 2)))
  }

  @Test(arguments: Chosen.allCases) func aMaximumOfNothingKnownIsUnknown(_ chosen: Chosen) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3])
    let y = try x.max()
    let program = try Program(
      Computation(graph, outputs: [y]), variables: VariableStore(), seed: 0,
      backend: chosen.backend())
    for values in [[Float.nan, 1, 2], [1, .nan, 2], [1, 2, .nan]] {
      _ = program[x].update(from: values)
      try program.run(step: 0)
      #expect(program[y][0].isNaN)
    }
  }
}
