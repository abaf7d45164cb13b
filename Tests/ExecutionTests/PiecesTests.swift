import Autodiff
import CPU
import Execution
import TestSupport
import Testing

/// Parts of concatenations that are computed in place, inside the whole.
@Suite struct PiecesTests {
  @Test func aKernelWritesItsPartsInPlace() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3])
    let whole = try Tensor.concatenate([x.tanh(), x.exp()], axis: 1)
    let plan = try ExecutionPlan([whole])
    #expect(plan.lines == ["kernel [2, 3] 2 operations, 1 loads, 2 stores  "])
    let stores = try #require(plan.kernels.first).stores.map(\.view)
    #expect(stores.map(\.buffer) == [plan.outputs[0].buffer, plan.outputs[0].buffer])
    #expect(stores.map(\.offset) == [0, 3] && stores.map(\.strides) == [[6, 1], [6, 1]])
  }

  /// A product can be written between other columns; a convolution needs a dense result.
  @Test func productsAreWrittenInPlaceAndConvolutionsWhereTheyLieDense() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 4])
    let columns = try Tensor.concatenate([x.matmul(x), x.exp()], axis: 1)
    let plan = try ExecutionPlan([columns])
    #expect(plan.contractions[0].y.strides == [8, 1] && plan.kernels.count == 1, "\(plan)")
    let image = try graph.input("image", shape: [1, 4, 4, 1])
    let kernel = try graph.input("kernel", shape: [2, 1, 3, 3])
    let y = try image.convolution(kernel, ConvolutionGeometry(stride: [1, 1], padding: [1, 1]))
    let channels = try ExecutionPlan([Tensor.concatenate([y, y.exp()], axis: 3)])
    #expect(channels.contractions[0].y.isContiguous)
    #expect(channels.kernels.map(\.stores.count) == [2], "\(channels)")
    let rows = try ExecutionPlan([Tensor.concatenate([y, y.exp()], axis: 0)])
    #expect(rows.contractions[0].y.buffer == rows.outputs[0].buffer, "\(rows)")
  }

  /// A part that is a root keeps its own memory, and is copied into the whole.
  @Test func rootsAreCopied() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3])
    let part = try x.tanh()
    let plan = try ExecutionPlan([Tensor.concatenate([part, x], axis: 1), part])
    #expect(plan.outputs[0].buffer != plan.outputs[1].buffer)
    #expect(plan.outputs[1].isContiguous && plan.outputs[1].offset == 0)
  }

  /// Parts are computed in place even where they belong to several concatenations.
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
    for threads in [1, 2] {
      let backends: [any Backend] = [
        try CPUBackend(threads: threads), TestBackend(threads: threads, packingUses: 1),
      ]
      let worst = try compare(outputs, on: backends, absolute: 1e-4, relative: 1e-5)
      #expect(worst <= 1, "\(worst)")
    }
    let plan = try ExecutionPlan([rows * 2])
    #expect(!plan.description.contains(" 0 operations"), "\(plan)")
  }
}
