import Autodiff
import Execution
import TestSupport
import Testing

/// Products and convolutions in plans: operands, layouts of weights, working memory.
@Suite struct ContractionTests {
  @Test func oneRearrangementServesAllProducts() throws {
    let graph = Graph()
    let w = try graph.scope("layer") { try graph.variable("w", shape: [3, 5]) }
    let outputs = try (0..<3).map {
      try graph.input("x\($0)", shape: [2, 5]).matmul(w, transposeOther: true)
    }
    let plan = try ExecutionPlan(outputs, for: TestBackend(packingUses: 3))
    #expect(plan.rearrangements.count == 1)
    let change = try #require(plan.rearrangements.first)
    #expect(change.isPacking && change.plain.shape == [5, 3] && change.plain.strides == [1, 5])
    #expect(plan.buffers[change.packed].count == 20)
    #expect(plan.description.hasPrefix("0: reorder for matmul [2, 3] "), "\(plan)")
    #expect(plan.contractions.allSatisfy { $0.weight.buffer == change.packed })
    #expect(plan.contractions.allSatisfy { $0.weightLayout == change.layout })
    let few = try ExecutionPlan(outputs, for: TestBackend(packingUses: 4))
    #expect(few.rearrangements.isEmpty && few.contractions.allSatisfy { $0.weightLayout == nil })
  }

  @Test func weightGradientsComeOutOfTheirLayout() throws {
    let graph = Graph()
    let geometry = ConvolutionGeometry(stride: [1], padding: [0])
    let x = try graph.input("x", shape: [2, 8, 1])
    let dy = try graph.input("dy", shape: [2, 6, 4])
    let dw = try graph.add(.convolutionWeightGradient(geometry), [x, dy], shape: [4, 1, 3])
    let plan = try ExecutionPlan([dw], for: TestBackend(packingUses: 1))
    #expect(
      plan.description.hasPrefix(
        "0: convolutionWeightGradient [4, 1, 3] \n1: reorder for convolutionWeightGradient [4, 1, 3]"
      ), "\(plan)")
    let change = try #require(plan.rearrangements.first)
    #expect(!change.isPacking && change.plain.buffer == plan.outputs[0].buffer)
    #expect(plan.contractions[0].result.buffer == change.packed)
    #expect(plan.instructions[0].results.isEmpty && plan.instructions[1].results == [change.plain])
  }

  @Test func operandsAndResults() throws {
    let graph = Graph()
    let geometry = ConvolutionGeometry(stride: [1], padding: [0])
    let x = try graph.input("x", shape: [2, 8, 1])
    let w = try graph.input("w", shape: [4, 1, 3])
    let dy = try graph.input("dy", shape: [2, 6, 4])
    let outputs = try [
      x.convolution(w, geometry), dy.transposedConvolution(w, geometry, sizes: [8]),
      graph.add(.convolutionWeightGradient(geometry), [x, dy], shape: w.shape),
    ]
    let plan = try ExecutionPlan(outputs)
    let inputs = plan.buffers.indices.filter {
      if case .input = plan.buffers[$0].kind { true } else { false }
    }
    let (xBuffer, wBuffer, yBuffer) = (inputs[0], inputs[1], inputs[2])
    #expect(
      plan.contractions.map { $0.operands.map(\.buffer) } == [
        [xBuffer, wBuffer], [wBuffer, yBuffer], [xBuffer, yBuffer],
      ])
    #expect(plan.contractions.map(\.result.buffer) == plan.outputs.map(\.buffer))
    #expect(plan.contractions.allSatisfy { $0.flops == 2 * 2 * 6 * 12 })
  }

  /// A contraction has its working memory to itself while it runs; afterwards the memory is reused.
  @Test func workspaceIsPlanned() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 4])
    let y = try x.matmul(x).matmul(x)
    let plan = try ExecutionPlan([y], for: TestBackend(workspace: 100))
    let workspaces = plan.contractions.compactMap(\.workspace)
    #expect(workspaces.count == 2 && workspaces.allSatisfy { plan.buffers[$0].count == 100 })
    #expect(workspaces.map { plan.memory.offsets[$0] } == [16, 32])
    #expect(plan.memory.size == 16 + 16 + 112)
  }

  /// A matrix whose rows lie apart is used in place; one with repeated elements is copied.
  @Test func matricesAreTakenAsTheyLie() throws {
    let graph = Graph()
    let wide = try graph.input("wide", shape: [4, 9])
    let rows = try wide.slice(axis: 1, 2..<6)
    let column = try wide.slice(axis: 1, 0..<1).broadcast(to: [4, 4])
    let plan = try ExecutionPlan([rows.matmul(column)])
    #expect(plan.contractions[0].x.strides == [9, 1] && plan.contractions[0].x.offset == 2)
    #expect(plan.kernels.count == 1 && plan.contractions[0].weight.strides == [4, 1], "\(plan)")
  }

  /// A batch of products counts each right matrix once, and is neither packed nor cut into rows.
  @Test func batchesOfProducts() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [8, 6, 5])
    let w = try graph.input("w", shape: [8, 5, 4])
    let plan = try ExecutionPlan([x.matmul(w), (x * 2).matmul(w)], for: TestBackend())
    #expect(plan.contractions.allSatisfy { $0.isBatched && $0.flops == 2 * 8 * 6 * 5 * 4 })
    #expect(plan.contractions[0].x.shape == [8, 6, 5] && plan.contractions[0].isShared)
  }

  /// Products whose rows lie a power of two apart, which some levels compute by panels: by all threads, cut into rows, with
  /// a transposed matrix, and with few columns.
  @Test(arguments: [512, 520, 40]) func rowsAPowerOfTwoApart(_ columns: Int) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [70, 512])
    let w = try graph.input("w", shape: [columns, 512])
    let y = try x.matmul(w, transposeOther: true).tanh()
    let outputs = try [y, y.matmul(w), y.transpose([1, 0]).matmul(x)]
    for threads in [1, 2, 3] {
      let worst = try compare(outputs, threads: threads, absolute: 1e-4)
      #expect(worst <= 1, "\(columns) columns on \(threads) threads: \(worst)")
    }
  }

  @Test(arguments: ConvolutionCase.all) func layoutsDoNotChangeValues(_ c: ConvolutionCase) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [c.batch] + c.sizes + [c.inputs])
    let w = try graph.input("w", shape: [c.outputs, c.inputs] + c.kernel)
    let y = try x.convolution(w, c.geometry)
    let gradients = try graph.gradients(of: y.squared().sum(), by: [x, w])
    let backend = TestBackend(packingUses: 1, workspace: 9)
    let worst = try compare([y] + gradients, on: [backend], absolute: 1e-3)
    #expect(worst <= 1, "\(c): \(worst)")
  }
}
