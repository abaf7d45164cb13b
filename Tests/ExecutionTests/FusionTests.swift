import Autodiff
import Execution
import Testing

/// The grouping of element-wise operations into kernels.
@Suite struct FusionTests {
  @Test func workOverOneSpaceIsShared() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [8])
    let y = try x.tanh()
    let plan = try ExecutionPlan([y, (y * x).sum()])
    #expect(plan.lines == ["kernel [8] 2 operations, 1 loads, 1 stores, 1 reductions  "])
  }

  @Test func strangersAreNotShared() throws {
    let graph = Graph()
    let (x, z) = try (graph.input("x", shape: [8]), graph.input("z", shape: [8]))
    #expect(try ExecutionPlan([x.tanh(), z.tanh()]).kernels.count == 2)
    #expect(try ExecutionPlan([x.tanh(), x.reshape([2, 4]).exp()]).kernels.count == 2)
  }

  /// An operation does not join an earlier kernel that runs before its operands are computed.
  @Test func nothingIsReadBeforeItIsMade() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 4])
    let y = try x.tanh()
    let product = try y.matmul(x)
    let plan = try ExecutionPlan([y, product, product * x])
    #expect(
      plan.lines.map { $0.prefix(6) } == ["kernel", "matmul", "kernel"], "\(plan)")
  }

  @Test func productsOfSumsAreOneOperation() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [8])
    let z = try graph.input("z", shape: [8])
    let kernel = try #require(ExecutionPlan([x * z + 3]).kernels.first)
    guard case .apply(let function, let operands) = kernel.values[2] else {
      Issue.record("not an operation")
      return
    }
    #expect(function == .multiplyAdd && operands == [.value(0), .value(1), .scalar(3)])
    let product = try x * z
    #expect(try ExecutionPlan([product + 3, product]).kernels.first?.operationCount == 2)
  }

  @Test func choicesByComparisonAreOneOperation() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [8])
    let kernel = try #require(ExecutionPlan([x.less(than: 0).select(x * 2, x)]).kernels.first)
    #expect(kernel.operationCount == 2, "\(kernel)")
    let mask = try x.less(than: 0)
    let shared = try ExecutionPlan([mask, mask.select(x * 2, x)])
    #expect(shared.kernels.first?.operationCount == 3, "\(shared)")
  }
}
