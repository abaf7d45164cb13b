import Autodiff
import CPU
import Execution
import TestSupport
import Testing

/// Rewrites of the repeated parts of unrolled networks: they take place, and values stay the same.
@Suite struct GatheringTests {
  /// Counts each operation that is left of a graph.
  private func operations(_ outputs: [Tensor]) throws -> [String: Int] {
    try rewritten(
      outputs, by: [Simplification(), DeadNodes(), Gathering(), Simplification(), DeadNodes()]
    ).operationCounts
  }

  private func check(_ outputs: [Tensor]) throws {
    let worst = try compare(
      outputs, on: [CPUBackend(threads: 2), TestBackend()], absolute: 1e-4, relative: 1e-5)
    #expect(worst <= 1, "\(worst)")
  }

  @Test func padsSideBySideAreAConcatenation() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [12, 5])
    let parts = try (0..<6).map { try x.slice(axis: 0, 2 * $0..<2 * $0 + 2) }
    var y = parts[0]
    for part in parts.dropFirst() { y = try (y + part).tanh() }
    let gradient = try graph.gradients(of: y.sum(), by: [x])[0]
    let left = try operations([gradient])
    #expect(left["pad"] == nil && left["concatenate"] == 1, "\(left)")
    try check([gradient])
  }

  /// Blocks in rows and columns, some used twice, some not at all.
  @Test func padsOfBlocksAreConcatenationsOfConcatenations() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [6, 8])
    func block(_ row: Int, _ column: Int) throws -> Tensor {
      try x.slice(from: [row, column], shape: [2, 4])
    }
    let y = try block(0, 0).tanh() + block(0, 4) * block(4, 0) + block(0, 0).squared()
    let gradient = try graph.gradients(of: y.sum(), by: [x])[0]
    let left = try operations([gradient])
    #expect(left["pad"] == nil, "\(left)")
    try check([gradient])
  }

  @Test func padsThatOverlapStay() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [7, 3])
    let y = try x.slice(axis: 0, 0..<4).tanh() * x.slice(axis: 0, 3..<7)
    let gradient = try graph.gradients(of: y.sum(), by: [x])[0]
    #expect(try operations([gradient])["pad"] == 2)
    try check([gradient])
  }

  /// Each element and the next one, as in interpolation: neither the first and the rest nor all but the last and
  /// the last overlap, so there are two concatenations.
  @Test func padsThatOverlapInPartAreAFewConcatenations() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 8])
    func part(_ range: Range<Int>) throws -> Tensor { try x.slice(axis: 1, range) }
    let ends = try part(0..<1).exp().sum() + part(7..<8).sigmoid().sum()
    let y = try (part(0..<7).tanh() * part(1..<8)).sum() + ends
    let gradient = try graph.gradients(of: y, by: [x])[0]
    let left = try operations([gradient])
    #expect(left["pad"] == nil && left["concatenate"] == 2, "\(left)")
    try check([gradient])
  }

  /// The gradients of a weight and a bias that every step uses are one product and one reduction.
  @Test(arguments: [3, 4, 9]) func sumsOverStepsAreGathered(_ steps: Int) throws {
    let graph = Graph()
    let w = try graph.variable("w", shape: [5, 5])
    let b = try graph.variable("b", shape: [5])
    var state = try graph.input("x", shape: [4, 5])
    for _ in 0..<steps { state = try (state.matmul(w, transposeOther: true) + b).tanh() }
    let gradients = try graph.gradients(of: state.squared().sum(), by: [w, b])
    let left = try operations(gradients)
    let expected = steps < 4 ? steps : 1
    #expect(left["matmul"] == 2 * steps - 1 + expected && left["sum"] == expected, "\(left)")
    try check(gradients)
  }

  @Test func slicesMoveBeforeElementwiseOperations() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 9])
    let b = try graph.input("b", shape: [9])
    let sum = try (x + b) * 2
    let parts = try (0..<3).map { try sum.slice(axis: 1, 3 * $0..<3 * $0 + 3) }
    let y = try parts[0].sigmoid() + parts[1].tanh() * parts[2]
    try check([y])
    let plan = try ExecutionPlan([y])
    #expect(plan.description.hasPrefix("0: kernel [4, 3]"), "\(plan)")
    let whole = try ExecutionPlan([y, sum])
    #expect(whole.description.contains("kernel [4, 9] 2 operations"), "\(whole)")
    try check([y, sum])
  }

  /// Slices as in an LSTM, whose gates are slices of a sum with a slice.
  @Test func slicesMoveThroughSlices() throws {
    let graph = Graph()
    let (x, y) = try (graph.input("x", shape: [4, 6]), graph.input("y", shape: [2, 6]))
    let steps = try x + graph.input("b", shape: [6])
    let sum = try steps.slice(axis: 0, 0..<2) + y
    let gates = try sum.slice(axis: 1, 0..<3).sigmoid() * sum.slice(axis: 1, 3..<6).tanh()
    let outputs = try [gates, steps.slice(axis: 0, 2..<4).slice(axis: 1, 0..<3).exp()]
    try check(outputs)
    let plan = try ExecutionPlan(outputs)
    #expect(!plan.description.contains(", 6]"), "\(plan)")
  }

  @Test func slicesOfPartsAndSlices() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [6, 4])
    let y = try graph.input("y", shape: [3, 4])
    let both = try Tensor.concatenate([x, y], axis: 0)
    let inside = try both.slice(from: [1, 1], shape: [5, 3]).slice(from: [2, 0], shape: [2, 2])
    let across = try both.slice(axis: 0, 5..<8)
    #expect(try operations([inside]) == ["input": 1, "slice": 1])
    try check([inside.tanh(), across.tanh()])
  }
}
