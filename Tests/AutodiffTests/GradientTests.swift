import Autodiff
import TestSupport
import Testing

/// Compares gradients with central differences of the reference interpreter, by projection.
@Suite struct GradientTests {
  @Test(arguments: Operation.Unary.allCases) func unary(_ function: Operation.Unary) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3, 5])
    let w = try graph.input("w", shape: [3, 5])
    let y = try (graph.add(.unary(function), [x]) * w).sum()
    let range: (Double) -> Double =
      function == .log || function == .sqrt ? { abs($0) + 0.3 } : { 2 * $0 + 0.05 }
    let error = try projectionError(y, by: [x], range: range)
    #expect(error < 1e-6, "\(function): \(error)")
    let second = try graph.gradients(of: y, by: [x])[0]
    let secondError = try projectionError((second * second).sum(), by: [x, w], range: range)
    #expect(secondError < 1e-5, "second order of \(function): \(secondError)")
  }

  @Test(arguments: [Operation.Binary.add, .subtract, .multiply, .divide, .maximum, .minimum])
  func binary(_ function: Operation.Binary) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [4, 1, 3])
    let z = try graph.input("z", shape: [2, 3])
    let both = try graph.add(
      .binary(function), [x.broadcast(to: [4, 2, 3]), (z + 3).broadcast(to: [4, 2, 3])])
    let y = try (both * both * x).sum()
    let error = try projectionError(y, by: [x, z])
    #expect(error < 1e-6, "\(function): \(error)")
  }

  @Test func comparisonsHaveNoGradient() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [6])
    let masked = try x.less(than: 0.2).select(x * 3, x * x).sum()
    #expect(try projectionError(masked, by: [x]) < 1e-6)
    let flat = try graph.gradients(of: x.less(than: 0.2).sum(), by: [x])[0]
    #expect(ReferenceInterpreter().evaluate([flat])[0] == [Double](repeating: 0, count: 6))
  }

  @Test func reductionsAndMovements() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3, 4, 2])
    let w = try graph.input("w", shape: [3, 4, 2])
    let tensors = try [
      x.sum(axes: [1]) * 2, x.max(axes: [0, 2]), x.mean(axes: [2], keepingAxes: true) * w,
      x.reshape([6, 4]).transpose([1, 0]), x.slice(from: [1, 1, 0], shape: [2, 2, 1]),
      x.pad(low: [0, 1, 2], to: [3, 6, 5]), Tensor.concatenate([x, w * x, w], axis: 1),
      x.transpose([2, 0, 1]), x.sum(axes: [0], keepingAxes: true).broadcast(to: [5, 4, 2]),
    ]
    for (index, tensor) in tensors.enumerated() {
      let error = try projectionError((tensor * tensor * tensor).sum(), by: [x, w])
      #expect(error < 1e-6, "case \(index): \(error)")
    }
  }

  /// Gathers and scatters are each other's derivatives, of any order; places outside get nothing.
  @Test func elementsThatMove() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3, 5])
    let w = try graph.input("w", shape: [2, 3, 4])
    let rows = try graph.add(.iota(axis: 0), shape: [2, 4])
    let places = try rows + graph.add(.iota(axis: 1), shape: [2, 4]) * 2 - 1
    let gathered = try x.gathered(at: places) * w
    let scattered = try (w * w).scattered(to: places, of: 5) * x
    for (index, tensor) in [gathered, scattered].enumerated() {
      let y = try (tensor * tensor).sum()
      let error = try projectionError(y, by: [x, w])
      #expect(error < 1e-6, "case \(index): \(error)")
      let second = try graph.gradients(of: y, by: [x])[0]
      let secondError = try projectionError((second * second).sum(), by: [x, w])
      #expect(secondError < 1e-5, "second order of case \(index): \(secondError)")
    }
    #expect(throws: GraphError.self) { try x.gathered(at: graph.input("few", shape: [1, 4])) }
    #expect(throws: GraphError.self) { try w.scattered(to: places, of: 0) }
  }

  @Test(arguments: [false, true], [false, true])
  func matmul(_ transposeA: Bool, _ transposeB: Bool) throws {
    for batch in [[], [2]] {
      try matmul(transposeA, transposeB, batch: batch)
    }
  }

  private func matmul(_ transposeA: Bool, _ transposeB: Bool, batch: Shape) throws {
    let graph = Graph()
    let a = try graph.input("a", shape: batch + (transposeA ? [4, 3] : [3, 4]))
    let b = try graph.input("b", shape: batch + (transposeB ? [5, 4] : [4, 5]))
    let c = try a.matmul(b, transposeSelf: transposeA, transposeOther: transposeB)
    let y = try (c * c).sum()
    #expect(try projectionError(y, by: [a, b]) < 1e-6)
    let gradients = try graph.gradients(of: y, by: [a, b])
    let second = try (gradients[0].squared().sum() + gradients[1].squared().sum())
    #expect(try projectionError(second, by: [a, b]) < 1e-6)
  }

  /// Convolution and its two gradients: each is a derivative of the others, and is checked to second order.
  @Test(arguments: [
    ConvolutionGeometry(stride: [2, 1], padding: [1, 2], dilation: [1, 2]),
    ConvolutionGeometry(stride: [1, 1], paddingLow: [0, 1], paddingHigh: [2, 0]),
  ])
  func convolution(_ geometry: ConvolutionGeometry) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 5, 6, 2])
    let w = try graph.input("w", shape: [3, 2, 3, 2])
    let y = try x.convolution(w, geometry)
    let dy = try graph.input("dy", shape: y.shape)
    let operations = try [
      y, dy.transposedConvolution(w, geometry, sizes: [5, 6]),
      graph.add(.convolutionWeightGradient(geometry), [x, dy], shape: w.shape),
    ]
    for operation in operations {
      let scalar = try (operation * operation * operation).sum()
      #expect(try projectionError(scalar, by: [x, w, dy]) < 1e-6, "\(operation.shape)")
      let gradients = try graph.gradients(of: scalar, by: [x, w, dy])
      let second = try gradients.reduce(graph.constant(0)) { try $0 + ($1 * $1).sum() }
      #expect(try projectionError(second, by: [x, w, dy]) < 1e-5, "second, \(operation.shape)")
    }
  }

  /// A gradient penalty: the derivative with respect to weights of the norm of a gradient with respect to
  /// inputs, through every part of a discriminator.
  @Test func gradientPenalty() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3, 4, 4, 2])
    let w = try graph.input("w", shape: [3, 2, 3, 3])
    let v = try graph.input("v", shape: [1, 12])
    let scale = try graph.input("scale", shape: [3])
    let y = try x.convolution(w, ConvolutionGeometry(stride: [2, 2], padding: [1, 1]))
    let centered = try y - y.mean(axes: [0, 1, 2], keepingAxes: true)
    let variance = try (centered * centered).mean(axes: [0, 1, 2], keepingAxes: true)
    let normal = try centered / (variance + 1e-2).sqrt() * scale
    let active = try normal.less(than: 0).select(normal * 0.2, normal)
    let logits = try active.reshape([3, 12]).matmul(v, transposeOther: true)
    let slope = try graph.gradients(of: logits.tanh().sum(), by: [x])[0]
    let penalty = try ((slope * slope).sum(axes: [1, 2, 3]).sqrt() - 1).squared().mean()
    #expect(try projectionError(penalty, by: [x, w, v, scale]) < 1e-4)
  }

  @Test func stoppedGradient() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3])
    let y = try (x * x.stopGradient()).sum()
    let gradient = try graph.gradients(of: y, by: [x])[0]
    var reference = ReferenceInterpreter()
    reference.values["x"] = [1, 2, 3]
    #expect(reference.evaluate([gradient])[0] == [1, 2, 3])
  }

  @Test func independentSource() throws {
    let graph = Graph()
    let (x, z) = try (graph.input("x", shape: [2]), graph.input("z", shape: [3]))
    let gradient = try graph.gradients(of: x.sum(), by: [z])[0]
    #expect(gradient.shape == [3])
    #expect(ReferenceInterpreter().evaluate([gradient])[0] == [0, 0, 0])
  }
}
