import Autodiff
import Execution
import TestSupport
import Testing

/// Each rule of the simplification, by its result on a small graph.
@Suite struct SimplificationTests {
  /// The simplified graph over an input x of shape [2, 3], without the input's own line.
  private func left(
    _ build: (Graph, Tensor) throws -> Tensor, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String] {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3])
    let y = try build(graph, x)
    let worst = try compare([y], on: [TestBackend()], range: { $0 + 1.5 })
    #expect(worst <= 1, "\(worst)", sourceLocation: sourceLocation)
    let result = try rewritten([y], by: [Simplification(), DeadNodes()])
    return Array(result.description.split(separator: "\n").map(String.init).dropFirst())
  }

  @Test func equalNodesBecomeOne() throws {
    #expect(
      try left { _, x in try x.tanh() + x.tanh() } == [
        "%1 = tanh(%0) [2, 3]", "%2 = add(%1, %1) [2, 3]",
      ])
    #expect(try left { _, x in try x.tanh() + x.exp() }.count == 3)
  }

  @Test func neutralNumbersGo() throws {
    #expect(try left { _, x in try x * 1 }.isEmpty)
    #expect(try left { _, x in try x / 1 }.isEmpty)
    #expect(try left { _, x in try x + 0 }.isEmpty)
    #expect(try left { _, x in try x - 0 }.isEmpty)
    #expect(try left { graph, x in try graph.constant(0) + x }.isEmpty)
    #expect(try left { graph, x in try graph.constant(1) * x }.isEmpty)
    #expect(try left { graph, x in try graph.constant(1) / x }.count == 4)
    #expect(try left { _, x in try 0 - x }.count == 4)
  }

  @Test func signsMeet() throws {
    #expect(try left { _, x in try -(-x) }.isEmpty)
    #expect(try left { _, x in try x * -1 } == ["%1 = negate(%0) [2, 3]"])
    #expect(try left { graph, x in try graph.constant(-1) * x } == ["%1 = negate(%0) [2, 3]"])
    #expect(
      try left { _, x in try x.exp() + -x } == [
        "%1 = exp(%0) [2, 3]", "%2 = subtract(%1, %0) [2, 3]",
      ])
    #expect(
      try left { _, x in try x.exp() - -x } == [
        "%1 = exp(%0) [2, 3]", "%2 = add(%1, %0) [2, 3]",
      ])
  }

  @Test func numbersAreFolded() throws {
    func value(_ build: (Graph) throws -> Tensor) throws -> Float? {
      let graph = Graph()
      let result = try rewritten([build(graph)], by: [Simplification(), DeadNodes()])
      guard result.nodes.count == 1, case .constant(let bits) = result.nodes[0].operation
      else { return nil }
      return Float(bitPattern: bits)
    }
    #expect(try value { try $0.constant(2) * 3 - 5 } == 1)
    #expect(try value { try $0.constant(2) / 4 } == 0.5)
    #expect(try value { try -$0.constant(2).maximum(3) } == -3)
    #expect(try value { try $0.constant(2).minimum(3).sqrt() } == Float(2).squareRoot())
    #expect(try value { try (-$0.constant(2)).abs() } == 2)
    #expect(try value { try $0.constant(2).less(than: 3) } == 1)
    #expect(try value { try $0.constant(3).lessOrEqual($0.constant(2)) } == 0)
    #expect(try value { try $0.constant(3).equal(to: $0.constant(3)) } == 1)
    #expect(try value { try $0.constant(.nan).maximum(3) }?.isNaN == true)
    #expect(try value { try $0.constant(.nan).minimum(3) }?.isNaN == true)
    #expect(try value { try $0.constant(3).maximum($0.constant(.nan)) }?.isNaN == true)
    #expect(try value { try $0.constant(0.1) + 0.7 } == Float(0.1) + 0.7)
    #expect(try value { try $0.constant(0.1) / 0.7 } == Float(0.1) / 0.7)
    // Functions whose rounding depends on the processor are not computed here.
    #expect(try value { try $0.constant(3).exp() } == nil)
  }

  @Test func knownChoicesAreMade() throws {
    #expect(try left { graph, x in try graph.constant(1).select(x, x.exp()) }.isEmpty)
    #expect(
      try left { graph, x in try graph.constant(0).select(x, x.exp()) } == ["%1 = exp(%0) [2, 3]"])
    #expect(try left { _, x in try x.less(than: 2).select(x, x) }.isEmpty)
  }

  @Test func movementsMeet() throws {
    #expect(try left { _, x in try x.reshape([6]).reshape([2, 3]) }.isEmpty)
    #expect(
      try left { _, x in try x.reshape([6]).reshape([3, 2]) } == ["%1 = reshape(%0) [3, 2]"])
    #expect(try left { _, x in try x.transpose([1, 0]).transpose([1, 0]) }.isEmpty)
    #expect(
      try left { _, x in try x.reshape([2, 1, 3]).transpose([1, 0, 2]) } == [
        "%1 = reshape(%0) [1, 2, 3]"
      ])
    #expect(
      try left { _, x in try x.slice(axis: 1, 1..<3).slice(axis: 1, 1..<2) } == [
        "%1 = slice(%0; from [0, 2]) [2, 1]"
      ])
    #expect(try left { _, x in try x.slice(axis: 0, 0..<2) }.isEmpty)
    #expect(
      try left { _, x in
        try x.reshape([2, 3, 1]).broadcast(to: [2, 3, 4]).reshape([2, 3, 4, 1])
          .broadcast(to: [2, 3, 4, 5])
      }.count == 4)
    #expect(
      try left { _, x in
        try x.slice(axis: 0, 0..<1).broadcast(to: [2, 3]).broadcast(to: [2, 3])
      }.count == 2)
  }

  @Test func slicesOfPartsAreSlicesOfTheParts() throws {
    #expect(
      try left { _, x in
        try Tensor.concatenate([x, x.exp()], axis: 0).slice(from: [2, 1], shape: [1, 2])
      } == ["%1 = exp(%0) [2, 3]", "%2 = slice(%1; from [0, 1]) [1, 2]"])
    #expect(
      try left { _, x in
        try Tensor.concatenate([x, x.exp()], axis: 0).slice(from: [1, 1], shape: [2, 2])
      }.count == 3)
  }

  @Test func transposedMatricesGoIntoTheProduct() throws {
    #expect(
      try left { _, x in try x.transpose([1, 0]).matmul(x) } == [
        "%1 = matmul(%0, %0; transposed left) [3, 3]"
      ])
    #expect(
      try left { _, x in try x.matmul(x.transpose([1, 0])) } == [
        "%1 = matmul(%0, %0;  transposed right) [2, 2]"
      ])
    #expect(
      try left { _, x in
        try x.transpose([1, 0]).matmul(x.transpose([1, 0]), transposeSelf: true)
      }.last == "%1 = matmul(%0, %0;  transposed right) [2, 2]")
    #expect(
      try left { _, x in
        let batch = try x.reshape([1, 2, 3])
        return try batch.transpose([0, 2, 1]).matmul(batch)
      }.last == "%2 = matmul(%1, %1; transposed left) [1, 3, 3]")
  }

  @Test func factorsLeaveSums() throws {
    func factor(_ x: Tensor) throws -> Tensor {
      try x.slice(axis: 0, 0..<1).broadcast(to: [2, 3])
    }
    #expect(
      try left { _, x in try (x * factor(x)).sum(axes: [0], keepingAxes: true) } == [
        "%1 = slice(%0; from [0, 0]) [1, 3]", "%2 = sum(%0; axes [0]) [1, 3]",
        "%3 = multiply(%2, %1) [1, 3]",
      ])
    #expect(
      try left { _, x in try (-x).sum(axes: [0], keepingAxes: true) } == [
        "%1 = sum(%0; axes [0]) [1, 3]", "%2 = negate(%1) [1, 3]",
      ])
    #expect(
      try left { _, x in try factor(x).sum(axes: [0], keepingAxes: true) }.last
        == "%5 = multiply(%1, %4) [1, 3]")
    #expect(
      try left { _, x in
        try (x * factor(x) + x.exp() * factor(x)).sum(axes: [0], keepingAxes: true)
      }.filter { $0.contains("sum") }.count == 2)
    // Rewriting this would leave a difference of two large numbers.
    #expect(
      try left { _, x in try (x - factor(x)).sum(axes: [0], keepingAxes: true) }.last
        == "%4 = sum(%3; axes [0]) [1, 3]")
    #expect(try left { _, x in try x.slice(axis: 0, 0..<1).sum(axes: [0]) }.count == 2)
    #expect(
      try left { _, x in try x.slice(axis: 0, 0..<1).max(axes: [0], keepingAxes: true) }.count == 1)
  }

  /// Batch normalisation and its gradient take three kernels over the activations.
  @Test func normalisationTakesThreePasses() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [16, 5])
    let w = try graph.input("w", shape: [16, 5])
    let centered = try x - x.mean(axes: [0], keepingAxes: true)
    let variance = try centered.squared().mean(axes: [0], keepingAxes: true)
    let y = try centered * (1 / (variance + 1e-5).sqrt())
    let gradient = try graph.gradients(of: (y * w).sum(), by: [x])[0]
    #expect(try compare([gradient, y], absolute: 1e-4) <= 1)
    let plan = try ExecutionPlan([gradient])
    #expect(plan.lines.count { $0.contains("kernel [16, 5]") } == 3, "\(plan)")
  }
}
