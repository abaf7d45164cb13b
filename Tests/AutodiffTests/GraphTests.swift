import Autodiff
import Testing

/// Shapes, errors, verification and descriptions of graphs.
@Suite struct GraphTests {
  @Test func rejectedShapes() throws {
    let graph = Graph()
    let a = try graph.input("a", shape: [2, 3])
    let image = try graph.input("image", shape: [2, 8, 8, 3])
    let kernel = try graph.input("kernel", shape: [5, 4, 3, 3])
    let geometry = ConvolutionGeometry(stride: [1, 1], padding: [0, 0])
    func message(_ body: () throws -> Tensor) -> String {
      do {
        _ = try body()
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    let cases: [(() throws -> Tensor, String)] = [
      (
        { try a + graph.input("b", shape: [4]) },
        "add: expected shapes that broadcast, found [2, 3] and [4]"
      ),
      ({ try a.matmul(a) }, "matmul: expected 3 rows on the right of [2, 3], found [2, 3]"),
      (
        { try graph.input("c", shape: [2, 3, 4]).matmul(graph.input("d", shape: [3, 4, 5])) },
        "matmul: expected two matrices, or two batches of equally many, found [2, 3, 4] and [3, 4, 5]"
      ),
      (
        { try graph.input("e", shape: [2, 3, 4]).matmul(a) },
        "matmul: expected two matrices, or two batches of equally many, found [2, 3, 4] and [2, 3]"
      ),
      ({ try a.reshape([7]) }, "reshape: expected 6 elements as in [2, 3], found 7 in [7]"),
      ({ try a.sum(axes: [2]) }, "sum: expected ascending axes of [2, 3], found [2]"),
      (
        { try a.transpose([0, 0]) },
        "transpose: expected a permutation of the axes of [2, 3], found [0, 0]"
      ),
      (
        { try a.slice(axis: 1, 2..<5) },
        "slice: expected a range inside [2, 3], found [2, 3] from [0, 2]"
      ),
      (
        { try a.pad(low: [1, 0], to: [2, 3]) },
        "pad: expected room for [2, 3] from [1, 0], found [2, 3]"
      ),
      (
        { try Tensor.concatenate([a, image], axis: 0) },
        "concatenate: expected shapes that agree but along axis 0, found [[2, 3], [2, 8, 8, 3]]"
      ),
      (
        { try image.convolution(kernel, geometry) },
        "convolution: expected w with 3 input channels and 2 kernel axes, found [5, 4, 3, 3]"
      ),
      ({ try graph.input("empty", shape: [2, 0]) }, "input: expected sizes above 0, found [2, 0]"),
      ({ try graph.gradients(of: a, by: [a])[0] }, "gradients: expected a scalar, found [2, 3]"),
    ]
    for (body, expected) in cases { #expect(message(body) == expected) }
    let scoped = message { try graph.scope("encoder.block1") { try a.matmul(a) } }
    #expect(
      scoped == "encoder.block1: matmul: expected 3 rows on the right of [2, 3], found [2, 3]")
  }

  @Test func verificationFindsABrokenNode() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2])
    _ = try x * 2
    try graph.verify()
    graph.nodes[graph.nodes.count - 1].shape = [3]
    #expect(throws: GraphError.self) { try graph.verify() }
    graph.nodes[graph.nodes.count - 1].shape = [2]
    graph.nodes[graph.nodes.count - 1].inputs[0] = graph.nodes.count - 1
    #expect(throws: GraphError.self) { try graph.verify() }
  }

  @Test func description() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3])
    _ = try graph.scope("block1") { try x.sum(axes: [1]).tanh() }
    #expect(
      graph.description == """
        %0 = input(x) [2, 3]
        %1 = sum(%0; axes [1]) [2, 1]  # block1
        %2 = reshape(%1) [2]  # block1
        %3 = tanh(%2) [2]  # block1
        """)
  }
}
