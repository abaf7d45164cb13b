import Autodiff
import Execution
import TestSupport
import Testing

/// Rewrites of what unrolled networks leave behind: that they happen, and that values stay the same.
@Suite struct GatheringTests {
  /// The names of the operations that are left of a graph.
  private func operations(_ outputs: [Tensor]) throws -> [String: Int] {
    let simple = try Simplification(outputs[0].graph)
    let (live, place) = Simplification.removingDeadNodes(
      simple.graph, roots: outputs.map { simple.mapping[$0.id] })
    let roots = outputs.map { place[simple.mapping[$0.id]] }
    let gathering = try Gathering(live, roots: roots)
    try gathering.graph.verify()
    let again = try Simplification(gathering.graph)
    let (rest, _) = Simplification.removingDeadNodes(
      again.graph, roots: roots.map { again.mapping[gathering.mapping[$0]] })
    return Dictionary(rest.nodes.map { ($0.operation.name, 1) }, uniquingKeysWith: +)
  }

  private func check(_ outputs: [Tensor], threads: Int = 2) throws {
    let worst = try compare(outputs, threads: threads, absolute: 1e-4, relative: 1e-5)
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

  /// Rows and columns, some used twice, some not at all.
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
    let program = try Program(
      graph, outputs: ["y": y], variables: VariableStore(), seed: 0, threads: 1)
    #expect(program.description.hasPrefix("0: kernel [4, 3]"), "\(program)")
    let whole = try Program(
      graph, outputs: ["y": y, "sum": sum], variables: VariableStore(), seed: 0, threads: 1)
    #expect(whole.description.contains("kernel [4, 9] 2 operations"), "\(whole)")
    try check([y, sum])
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

  /// Parts of concatenations are computed where they belong, also in several at once.
  @Test func partsAreMadeInPlace() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 6])
    let w = try graph.variable("w", shape: [6, 6])
    let made = try (0..<3).map { try (x * Float($0 + 1)).tanh() }
    let product = try x.matmul(w)
    let rows = try Tensor.concatenate(made + [product], axis: 0)
    let columns = try Tensor.concatenate([made[1], product, made[2]], axis: 1)
    let nested = try Tensor.concatenate(
      [columns, Tensor.concatenate([made[0], made[0], x], axis: 1)], axis: 0)
    let stacked = try Tensor.concatenate(
      [made[2].reshape([1, 4, 6]), made[0].exp().reshape([1, 4, 6])], axis: 0)
    let sum = try x.sum(axes: [1], keepingAxes: true)
    let mixed = try Tensor.concatenate(
      [sum, graph.constant(3).broadcast(to: [4, 2]), sum], axis: 1)
    let outputs = try [
      rows, columns.tanh(), nested.matmul(nested, transposeOther: true), stacked, mixed,
      made[1].matmul(w), product + 1, rows.sum(axes: [0]),
    ]
    for threads in [1, 2] { try check(outputs, threads: threads) }
    let program = try Program(
      graph, outputs: ["rows": rows * 2], variables: VariableStore(), seed: 0, threads: 1)
    #expect(!program.description.contains(" 0 operations"), "\(program)")
  }
}
