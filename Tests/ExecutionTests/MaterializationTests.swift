import Autodiff
import Execution
import Testing

/// The choice of element-wise results that are stored in memory.
@Suite struct MaterializationTests {
  /// A shape of many elements, and one of few enough for a core's cache.
  private static let (large, small): (Shape, Shape) = ([200, 100], [20, 100])

  private func isStored(_ tensor: Tensor, roots: [Tensor]) -> Bool {
    Materialization(tensor.graph, roots: roots.map(\.id)).isStored[tensor.id]
  }

  /// Two uses in separate kernels: a sum along each axis.
  private func sums(_ x: Tensor) throws -> [Tensor] {
    try [x.sum(axes: [0]), x.sum(axes: [1])]
  }

  @Test func cheapValuesAreComputedAgain() throws {
    let x = try Graph().input("x", shape: Self.large)
    let cheap = try x * 2 + 1
    #expect(try !isStored(cheap, roots: sums(cheap)))
    let dear = try x.exp().tanh().sigmoid().sin().cos().log()
    #expect(try isStored(dear, roots: sums(dear)))
    let once = try x.exp().tanh().sigmoid().sin().cos()
    #expect(try !isStored(once, roots: [once.sum()]))
  }

  /// A value that stays in the cache is loaded instead of computed again.
  @Test func smallValuesAreStoredSooner() throws {
    for (shape, expected) in [(Self.large, false), (Self.small, true)] {
      let value = try Graph().input("x", shape: shape).exp()
      #expect(try isStored(value, roots: sums(value)) == expected)
    }
  }

  @Test func rootsAndOperandsOfContractionsAreStored() throws {
    let x = try Graph().input("x", shape: [4, 4])
    let root = try x * 2
    let operand = try x * 3
    let moved = try x * 4
    let summed = try x * 5
    let roots = try [root, operand.matmul(x), moved.reshape([16]), summed.sum()]
    #expect(isStored(root, roots: roots) && isStored(operand, roots: roots))
    #expect(isStored(moved, roots: roots) && !isStored(summed, roots: roots))
    let counts = Materialization(x.graph, roots: roots.map(\.id)).useCounts
    #expect(counts[x.id] == 5 && counts[root.id] == 1 && counts[operand.id] == 1)
  }

  /// Expressions are cut where a kernel would need too many registers or do too much work.
  @Test func longExpressionsAreCut() throws {
    let graph = Graph()
    var value = try graph.input("x", shape: Self.large)
    for _ in 0..<40 { value = try value.tanh() }
    let stored = Materialization(graph, roots: [value.id]).isStored
    #expect(stored.indices.filter { stored[$0] } == [16, 32, 40])
    let wide = Graph()
    var sum = try wide.input("x0", shape: Self.large)
    for index in 1..<100 { sum = try sum + wide.input("x\(index)", shape: Self.large) }
    let cuts = Materialization(wide, roots: [sum.id]).isStored.count { $0 }
    #expect(cuts == 3, "\(cuts)")
  }
}
