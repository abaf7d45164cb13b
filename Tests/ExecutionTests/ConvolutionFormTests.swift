import Autodiff
import CPU
import Execution
import TestSupport
import Testing

/// Alternative forms of convolution gradients: the choice between them, and the equality of their values.
@Suite struct ConvolutionFormTests {
  static func gradients(
    of c: ConvolutionCase, in graph: Graph
  ) throws -> (input: Tensor, weight: Tensor) {
    let x = try graph.input("x", shape: [c.batch] + c.sizes + [c.inputs])
    let w = try graph.input("w", shape: [c.outputs, c.inputs] + c.kernel)
    let dy = try graph.input("dy", shape: x.convolution(w, c.geometry).shape)
    return (
      try dy.transposedConvolution(w, c.geometry, sizes: c.sizes),
      try graph.add(.convolutionWeightGradient(c.geometry), [x, dy], shape: w.shape)
    )
  }

  /// The convolution nodes after rewriting, as operation, shape and geometry.
  private func left(_ output: Tensor, _ forms: [ConvolutionForm]) throws -> [String] {
    let backend = TestBackend(forms: forms)
    return try rewritten([output], by: [ConvolutionForms(for: backend), DeadNodes()]).nodes
      .filter { $0.operation.name.hasPrefix("convolution") }
      .map { "\($0.operation.name) \($0.shape) \($0.operation.detail)" }
  }

  private static let strided = ConvolutionCase(
    batch: 2, inputs: 1, outputs: 3, sizes: [8], kernel: [4],
    geometry: .init(stride: [2], padding: [1]))
  private static let long = ConvolutionCase(
    batch: 2, inputs: 2, outputs: 3, sizes: [9], kernel: [5],
    geometry: .init(stride: [1], padding: [2]))

  @Test func plainStays() throws {
    let (input, weight) = try Self.gradients(of: Self.strided, in: Graph())
    for forms in [[ConvolutionForm.plain], [.plain, .groups], []] {
      #expect(
        try left(input, forms) == [
          "convolutionInputGradient [2, 8, 1] stride [2] padding [1][1] dilation [1]"
        ])
      #expect(
        try left(weight, forms) == [
          "convolutionWeightGradient [3, 1, 4] stride [2] padding [1][1] dilation [1]"
        ])
    }
  }

  /// A stride of 2 turns into groups of two places, shifted by the padding, and a kernel of two groups.
  @Test func stridesBecomeGroups() throws {
    let (input, weight) = try Self.gradients(of: Self.strided, in: Graph())
    #expect(
      try left(input, [.groups]) == [
        "convolutionInputGradient [2, 5, 2] stride [1] padding [0][0] dilation [1]"
      ])
    #expect(
      try left(weight, [.groups]) == [
        "convolutionWeightGradient [3, 2, 2] stride [1] padding [0][0] dilation [1]"
      ])
  }

  /// Both halves of a kernel contain its middle tap, so that no window needs padding on its inner side.
  @Test func longKernelsBecomeHalves() throws {
    let (input, weight) = try Self.gradients(of: Self.long, in: Graph())
    let halves = ["padding [2][0]", "padding [0][2]"]
    #expect(
      try left(input, [.halves])
        == halves.map { "convolutionInputGradient [2, 9, 2] stride [1] \($0) dilation [1]" })
    #expect(
      try left(weight, [.halves])
        == halves.map { "convolutionWeightGradient [3, 2, 3] stride [1] \($0) dilation [1]" })
  }

  /// A stride of 1 has no groups and a strided kernel no halves, so the next form is taken.
  @Test func impossibleFormsArePassedOver() throws {
    let (strided, _) = try Self.gradients(of: Self.strided, in: Graph())
    let (long, _) = try Self.gradients(of: Self.long, in: Graph())
    #expect(try left(strided, [.halves, .plain]).first?.contains("stride [2]") == true)
    #expect(try left(strided, [.halves, .groups]).first?.contains("stride [1]") == true)
    #expect(try left(long, [.groups, .halves]).count == 2)
    var dilated = Self.strided
    dilated.geometry = ConvolutionGeometry(stride: [2], padding: [1], dilation: [2])
    let (holes, _) = try Self.gradients(of: dilated, in: Graph())
    #expect(try left(holes, [.groups, .halves]).first?.contains("stride [2]") == true)
  }

  /// The back end is asked about gradients only, and then about the shapes of each new form.
  @Test func newShapesAreAskedAbout() throws {
    let graph = Graph()
    let (input, _) = try Self.gradients(of: Self.strided, in: graph)
    let x = try graph.input("x", shape: [2, 8, 1])
    let y = try x.convolution(
      graph.input("w", shape: [3, 1, 4]), ConvolutionGeometry(stride: [2], padding: [1]))
    let backend = TestBackend(forms: [.groups])
    _ = try rewritten([input, y], by: [DeadNodes(), ConvolutionForms(for: backend)])
    let asked = backend.asked
    #expect(asked.map(\.x) == [[2, 8, 1], [2, 5, 2]])
    #expect(asked.map(\.w) == [[3, 1, 4], [3, 2, 2]])
    #expect(asked.map(\.y) == [[2, 4, 3], [2, 4, 3]])
    #expect(asked.allSatisfy { $0.kind == .inputGradient })
    #expect(asked.map(\.geometry.stride) == [[2], [1]])
  }

  @Test(arguments: ConvolutionCase.all) func valuesStay(_ c: ConvolutionCase) throws {
    for forms in [[ConvolutionForm.groups], [.halves], [.groups, .halves]] {
      let (input, weight) = try Self.gradients(of: c, in: Graph())
      let worst = try compare([input, weight], on: [TestBackend(forms: forms)], absolute: 1e-4)
      #expect(worst <= 1, "\(c) as \(forms): \(worst)")
    }
  }

  /// Shapes of discriminators, generators and residual blocks, for pictures and sounds.
  static let common = [
    ConvolutionCase(
      batch: 20, inputs: 16, outputs: 32, sizes: [16, 16], kernel: [4, 4],
      geometry: .init(stride: [2, 2], padding: [1, 1])),
    ConvolutionCase(
      batch: 4, inputs: 64, outputs: 32, sizes: [8, 6], kernel: [4, 4],
      geometry: .init(stride: [2, 2], padding: [1, 1])),
    ConvolutionCase(
      batch: 2, inputs: 32, outputs: 32, sizes: [9, 10], kernel: [3, 3],
      geometry: .init(stride: [1, 1], padding: [1, 1])),
    ConvolutionCase(
      batch: 2, inputs: 32, outputs: 32, sizes: [256], kernel: [25],
      geometry: .init(stride: [4], paddingLow: [11], paddingHigh: [10])),
    ConvolutionCase(
      batch: 2, inputs: 48, outputs: 32, sizes: [100], kernel: [9],
      geometry: .init(stride: [1], padding: [4])),
  ]

  /// Rounding errors in Winograd's form are at most four times those of the sums themselves, in the root mean square.
  @Test(arguments: common) func errorsOfWinograd(_ c: ConvolutionCase) throws {
    let graph = Graph()
    let (input, weight) = try Self.gradients(of: c, in: graph)
    let (x, w) = (Tensor(graph: graph, id: 0), Tensor(graph: graph, id: 1))
    let outputs = try [x.convolution(w, c.geometry), input, weight]
    var reference = ReferenceInterpreter()
    var inputs: [(Tensor, [Float])] = []
    for (id, node) in graph.nodes.enumerated() {
      guard case .input(let name) = node.operation else { continue }
      let values = numbers(node.shape.elementCount, seed: UInt64(id))
      reference.values[name] = values
      inputs.append((Tensor(graph: graph, id: id), values.map(Float.init)))
    }
    let exact = reference.evaluate(outputs)
    func errors(_ choice: ConvolutionChoice) throws -> [Double] {
      let program = try Program(
        Computation(graph, outputs: outputs), variables: VariableStore(), seed: 0,
        backend: CPUBackend(threads: 2, convolutions: choice))
      for (input, values) in inputs { _ = program[input].update(from: values) }
      try program.run(step: 0)
      return zip(outputs, exact).map { output, exact in
        let squares = zip(program[output], exact).reduce(0) { sum, pair in
          sum + (Double(pair.0) - pair.1) * (Double(pair.0) - pair.1)
        }
        return (squares / Double(exact.count)).squareRoot()
      }
    }
    let (direct, winograd) = try (errors(.direct), errors(.winograd))
    let ratios = zip(winograd, direct).map { $0 / $1 }
    #expect(ratios.allSatisfy { $0 < 4 }, "\(c): \(ratios)")
    // Were both computed alike, nothing would be compared.
    #expect(winograd != direct)
    print("\(c): errors of y, dx, dw in Winograd's form over direct ones \(ratios)")
  }
}
