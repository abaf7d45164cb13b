import Autodiff
import Layers
import TestSupport
import Testing

/// What a discriminator is told of its batch.
@Suite struct MinibatchStandardDeviationTests {
  static let layer = MinibatchStandardDeviation("layer")

  static func output(_ x: Tensor, _ mode: Forward.Mode = .training) throws -> (Tensor, Forward) {
    let forward = Forward(x.graph, mode: mode)
    return (try layer(x, forward), forward)
  }

  /// Two examples of two places and one feature: deviations 1 and 3, whose mean is 2.
  @Test func aKnownBatch() throws {
    let x = try Graph().input("x", shape: [2, 2, 1])
    let (y, forward) = try Self.output(x)
    let running = try forward.value(of: try #require(forward.changed.first))
    var interpreter = ReferenceInterpreter()
    interpreter.values = ["x": [5, 1, 7, 7], "layer.running_deviation": [1]]
    let found = interpreter.evaluate([y, running])
    #expect(y.shape == [2, 2, 2])
    #expect(
      worstError(found[0].map(Float.init), [5, 2, 1, 2, 7, 2, 7, 2], absolute: 1e-6, relative: 0)
        < 1)
    #expect(abs(found[1][0] - 1.1) < 1e-6)
  }

  /// A score while sampling does not depend on the rows beside it, nor on padding.
  @Test func samplingUsesTheRunningMean() throws {
    let x = try Graph().input("x", shape: [3, 2])
    let (y, forward) = try Self.output(x, .sampling(dropout: .off))
    #expect(forward.changed.isEmpty)
    var interpreter = ReferenceInterpreter()
    interpreter.values = ["x": [1, 2, 3, 4, 0, 0], "layer.running_deviation": [0.25]]
    #expect(interpreter.evaluate([y])[0] == [1, 2, 0.25, 3, 4, 0.25, 0, 0, 0.25])
  }

  /// Gradients of first and second order, as a penalty on the gradient by the examples needs them, also of
  /// one example and of equal ones, whose variance is 0.
  @Test(arguments: [1, 2, 5]) func gradients(_ batch: Int) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [batch, 2, 3])
    let w = try graph.input("w", shape: [2, 4])
    let y = try Self.output(x).0
    let score = try (y.tanh() * w).sum()
    #expect(try projectionError(score, by: [x, w]) < 1e-6)
    let slope = try graph.gradients(of: score, by: [x])[0]
    #expect(try projectionError(slope.squared().sum(), by: [x, w]) < 1e-5)
  }

  @Test func equalExamplesHaveAFinitePenalty() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 3])
    let score = try Self.output(x).0.squared().sum()
    let penalty = try graph.gradients(of: score, by: [x])[0].squared().sum()
    var interpreter = ReferenceInterpreter()
    interpreter.values["x"] = [Double](repeating: 0.5, count: 12)
    let found = interpreter.evaluate(
      try [penalty, graph.gradients(of: penalty, by: [x])[0]])
    #expect(abs(found[0][0] - 12) < 1e-6)
    #expect(found[1].allSatisfy { $0.isFinite })
  }
}
