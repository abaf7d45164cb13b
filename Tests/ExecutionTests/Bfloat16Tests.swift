import Autodiff
import CPU
import Execution
import TestSupport
import Testing

/// Products and convolutions of bfloat16, where the processor has instructions for them.
@Suite(.enabled(if: InstructionSet.multipliesBfloat16)) struct Bfloat16Tests {
  private static func backend() throws -> CPUBackend {
    try CPUBackend(threads: 2, reducesPrecision: true)
  }

  /// The number with the first 8 of its 24 binary digits.
  private static func rounded(_ value: Double) -> Double {
    let bits = Float(value).bitPattern
    return Double(Float(bitPattern: bits & 0xFFFF_0000))
  }

  /// A product and its two gradients, each large enough to be reduced.
  private static func products(in graph: Graph) throws -> [Tensor] {
    let (x, w) = try (graph.input("x", shape: [96, 160]), graph.input("w", shape: [160, 128]))
    let dy = try graph.input("dy", shape: [96, 128])
    return try [
      x.matmul(w), dy.matmul(w, transposeOther: true), x.matmul(dy, transposeSelf: true),
    ]
  }

  private static func convolutions(_ c: ConvolutionCase, in graph: Graph) throws -> [Tensor] {
    let (input, weight) = try ConvolutionFormTests.gradients(of: c, in: graph)
    let (x, w) = (Tensor(graph: graph, id: 0), Tensor(graph: graph, id: 1))
    return try [x.convolution(w, c.geometry), input, weight]
  }

  /// Of numbers that bfloat16 holds, products are exact and sums are those of single precision.
  @Test func productsOfShortNumbers() throws {
    let worst = try compare(
      Self.products(in: Graph()), on: [Self.backend()], absolute: 1e-4, range: Self.rounded)
    #expect(worst <= 1, "\(worst)")
  }

  @Test(arguments: ConvolutionFormTests.common)
  func convolutionsOfShortNumbers(_ c: ConvolutionCase) throws {
    let worst = try compare(
      Self.convolutions(c, in: Graph()), on: [Self.backend()], absolute: 1e-3, range: Self.rounded)
    #expect(worst <= 1, "\(c): \(worst)")
  }

  /// Of other numbers, each is rounded by at most one part in 256, and the rounding shows.
  @Test func otherNumbersAreRounded() throws {
    for outputs in [
      try Self.products(in: Graph()),
      try Self.convolutions(ConvolutionFormTests.common[1], in: Graph()),
    ] {
      for output in outputs {
        let (few, many) = (0.01, 1.5)
        let worst = try compare([output], on: [Self.backend()], absolute: 1, relative: 0)
        #expect(worst > few && worst < many, "\(worst)")
      }
    }
  }

  /// A product whose operands are each used a few times only stays in single precision.
  @Test func smallProductsAreExact() throws {
    let graph = Graph()
    let (x, w) = try (graph.input("x", shape: [8, 512]), graph.input("w", shape: [512, 512]))
    let worst = try compare([x.matmul(w)], on: [Self.backend()], absolute: 1e-4)
    #expect(worst <= 1, "\(worst)")
  }
}
