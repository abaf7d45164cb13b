import Autodiff
import CPU
import Execution
import TestSupport
import Testing

/// Compares compiled programs with the double-precision reference, over odd shapes.
@Suite struct OperationTests {
  @Test(arguments: Operation.Unary.allCases) func unary(_ function: Operation.Unary) throws {
    for shape in [[1], [7], [3, 5, 11], [1025], [2, 3000]] {
      let graph = Graph()
      let y = try graph.add(.unary(function), [graph.input("x", shape: shape)])
      let positive = function == .log || function == .sqrt
      let worst = try compare([y]) { positive ? abs($0) + 0.1 : 3 * $0 }
      #expect(worst <= 1, "\(function) \(shape): \(worst)")
    }
  }

  @Test(arguments: Operation.Binary.allCases) func binary(_ function: Operation.Binary) throws {
    for (a, b) in [([5], [5]), ([4, 1, 6], [3, 6]), ([1], [2, 700, 3]), ([9, 1], [1, 2049])]
      as [(Shape, Shape)]
    {
      let graph = Graph()
      let (x, y) = try (graph.input("x", shape: a), graph.input("y", shape: b))
      guard let shape = a.broadcastForTests(b) else { continue }
      let outputs = try [
        graph.add(.binary(function), [x.broadcast(to: shape), y.broadcast(to: shape)]),
        graph.add(.binary(function), [x, graph.constant(0.5).broadcast(to: a)]),
        graph.add(.binary(function), [graph.constant(0.5).broadcast(to: b), y]),
      ]
      let worst = try compare(outputs, absolute: 1e-4)
      #expect(worst <= 1, "\(function) \(a) \(b): \(worst)")
    }
  }

  @Test func selection() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3, 700])
    let y = try graph.input("y", shape: [700])
    let outputs = try [
      x.less(than: y).select(x, y), x.less(than: 0.1).select(x, 0),
      x.greater(than: 0.1).select(y, 2),
      x.less(than: 0.2).select(graph.constant(1), graph.constant(3)), x.equal(to: x).select(y, x),
      (x.less(than: y) * 2).select(x, 4), (x.less(than: y) * 2).select(graph.constant(4), x),
    ]
    let worst = try compare(outputs)
    #expect(worst <= 1)
  }

  /// Magnitudes by rank, of rows that lie one after another and of others, as they are and in what follows.
  @Test(arguments: [[1, 1], [3, 7], [37, 130], [600, 33]])
  func magnitudesByRank(_ shape: Shape) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: shape)
    for count in [1, (shape[1] + 1) / 2, shape[1]] {
      let found = try x.smallestMagnitude(count)
      let outputs = try [
        found, x.abs().lessOrEqual(found).select(x, 0) + found,
        x.transpose([1, 0]).smallestMagnitude(1),
      ]
      for threads in [1, 2, 3] {
        let worst = try compare(outputs, threads: threads)
        #expect(worst <= 1, "\(count) of \(shape) on \(threads) threads: \(worst)")
      }
    }
    #expect(throws: GraphError.self) { try x.smallestMagnitude(0) }
    #expect(throws: GraphError.self) { try x.smallestMagnitude(shape[1] + 1) }
    #expect(throws: GraphError.self) {
      try x.reshape([shape[0], shape[1], 1]).smallestMagnitude(1)
    }
  }

  /// Elements of any number of channels move alike on any number of threads, also where many are added at one place, and
  /// where places are outside.
  @Test(arguments: [[1, 1, 1], [3, 1, 7], [5, 3, 9], [16, 3, 784], [2, 700, 3]])
  func elementsThatMove(_ shape: Shape) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: shape)
    for count in [1, 2 * shape[2] + 1] {
      let index = try graph.add(.iota(axis: 1), shape: [shape[0], count])
      let example = try graph.add(.iota(axis: 0), shape: [shape[0], count])
      let places = try (index - example).abs() * 2 - 1
      let picked = try (x * 2).gathered(at: places)
      let few = try (example + index.less(than: 2)) - 1
      let outputs = try [
        picked, picked.scattered(to: few, of: shape[2]).tanh(),
        Tensor.concatenate([picked, picked.gathered(at: few)], axis: 1),
        x.transpose([0, 2, 1]).reshape(shape).gathered(at: places),
      ]
      for threads in [1, 2, 3] {
        let worst = try compare(outputs, threads: threads)
        #expect(worst <= 1, "\(count) of \(shape) on \(threads) threads: \(worst)")
      }
    }
  }

  @Test(arguments: [
    ([6], [0]), ([4, 5], [0]), ([4, 5], [1]), ([3, 4, 5], [1]), ([3, 4, 5], [0, 2]),
    ([3, 4, 5], [0, 1, 2]),
    ([2, 3, 4, 5], [1, 3]), ([2, 3, 4, 5], [1, 2]), ([40, 33, 65], [0, 1]), ([3000, 3], [0]),
    ([3, 3000], [1]),
    ([64, 9, 128], [1]), ([5, 2000, 7], [0, 2]),
  ])
  func reductions(_ shape: Shape, _ axes: [Int]) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: shape)
    let outputs = try [
      x.sum(axes: axes), x.max(axes: axes), (x * x + 1).sum(axes: axes),
      (x * 2).max(axes: axes, keepingAxes: true),
    ]
    for threads in [1, 2, 3] {
      let worst = try compare(outputs, threads: threads, absolute: 1e-3, relative: 1e-5)
      #expect(worst <= 1, "\(shape) \(axes) on \(threads) threads: \(worst)")
    }
  }

  /// Rows of all lengths, whose largest element, or a NaN, is at every place: maxima are taken side by side.
  @Test func largestOfRows() throws {
    let backend = try CPUBackend(threads: 1)
    for length in [1, 2, 31, 32, 33, 63, 64, 70, 100] {
      let graph = Graph()
      let x = try graph.input("x", shape: [length, length])
      let largest = try x.max(axes: [1])
      let program = try Program(
        Computation(graph, outputs: [largest]), variables: VariableStore(), seed: 0,
        backend: backend)
      for special in [Float(2), .infinity, .nan] {
        let values = (0..<length * length).map { place in
          place % (length + 1) == 0 ? special : -1 - Float(place % 7)
        }
        _ = program[x].update(from: values)
        try program.run(step: 0)
        #expect(
          program[largest].allSatisfy { special.isNaN ? $0.isNaN : $0 == special },
          "\(length), \(special)")
      }
    }
  }

  @Test func movements() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [3, 4, 5])
    let moved = try x.transpose([2, 0, 1])
    let outputs = try [
      moved, moved.reshape([5, 12]) * 2, x.slice(from: [1, 0, 2], shape: [2, 3, 3]) + 1,
      x.pad(low: [1, 2, 0], to: [5, 8, 6]), (x * x).pad(low: [0, 0, 1], to: [3, 4, 7]) + 1,
      Tensor.concatenate([x, x * 3, x.slice(axis: 1, 0..<1)], axis: 1),
      Tensor.concatenate([x * 2, moved.transpose([1, 2, 0])], axis: 2),
      (x + 1).reshape([60]).reshape([6, 10]),
      graph.constant(3).broadcast(to: [2, 2]), graph.add(.iota(axis: 1), shape: [3, 4]) * 2,
      moved.slice(axis: 0, 1..<4).reshape([36]), moved.transpose([1, 0, 2]).transpose([2, 1, 0]),
    ]
    let worst = try compare(outputs)
    #expect(worst <= 1)
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 7), (1, 17, 1), (33, 1, 9), (64, 65, 66), (2, 300, 5)])
  func matmul(_ m: Int, _ k: Int, _ n: Int) throws {
    let graph = Graph()
    let (a, b) = try (graph.input("a", shape: [m, k]), graph.input("b", shape: [k, n]))
    let (at, bt) = try (graph.input("at", shape: [k, m]), graph.input("bt", shape: [n, k]))
    let wide = try graph.input("wide", shape: [m, k + 3])
    let outputs = try [
      a.matmul(b), at.matmul(b, transposeSelf: true), a.matmul(bt, transposeOther: true),
      at.matmul(bt, transposeSelf: true, transposeOther: true), at.transpose([1, 0]).matmul(b),
      wide.slice(axis: 1, 2..<2 + k).matmul(b * 2),
      a.sum(axes: [0], keepingAxes: true).broadcast(to: [m, k]).matmul(b),
    ]
    let worst = try compare(outputs, absolute: 1e-4)
    #expect(worst <= 1, "\(worst)")
  }

  /// Products of batches, as they lie, transposed, as parts of wider rows, and with a leading axis that is not the
  /// outermost in memory.
  @Test(arguments: [(1, 1, 1, 1), (3, 5, 7, 2), (2, 1, 17, 1), (4, 33, 9, 20), (2, 64, 65, 66)])
  func batchedMatmul(_ batch: Int, _ m: Int, _ k: Int, _ n: Int) throws {
    let graph = Graph()
    let a = try graph.input("a", shape: [batch, m, k])
    let b = try graph.input("b", shape: [batch, k, n])
    let at = try graph.input("at", shape: [batch, k, m])
    let bt = try graph.input("bt", shape: [batch, n, k])
    let wide = try graph.input("wide", shape: [batch, m, k + 3])
    let inner = try graph.input("inner", shape: [m, batch, k])
    let products = try [
      a.matmul(b), at.matmul(b, transposeSelf: true), a.matmul(bt, transposeOther: true),
      at.matmul(bt, transposeSelf: true, transposeOther: true), at.transpose([0, 2, 1]).matmul(b),
      wide.slice(axis: 2, 2..<2 + k).matmul(b * 2), inner.transpose([1, 0, 2]).matmul(b),
      a.matmul(b.slice(axis: 0, 0..<1).broadcast(to: [batch, k, n])),
    ]
    let joined = try Tensor.concatenate([a.matmul(b), (a * 2).matmul(b)], axis: 2)
    let outputs = try products + [joined] + graph.gradients(of: joined.squared().sum(), by: [a, b])
    let worst = try compare(outputs, absolute: 1e-3)
    #expect(worst <= 1, "\(worst)")
  }

  @Test(arguments: ConvolutionCase.all) func convolutions(_ c: ConvolutionCase) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [c.batch] + c.sizes + [c.inputs])
    let w = try graph.input("w", shape: [c.outputs, c.inputs] + c.kernel)
    let y = try x.convolution(w, c.geometry)
    let dy = try graph.input("dy", shape: y.shape)
    let outputs = try [
      y, dy.transposedConvolution(w, c.geometry, sizes: c.sizes),
      graph.add(.convolutionWeightGradient(c.geometry), [x, dy], shape: w.shape),
    ]
    let worst = try compare(outputs, absolute: 1e-3)
    #expect(worst <= 1, "\(c): \(worst)")
  }

  @Test func randomNumbers() throws {
    let graph = Graph()
    let outputs = try [
      graph.uniform("a", shape: [3, 777]), graph.uniform("b", shape: [3, 777], lanes: .bits16) * 2,
      graph.uniform("c", shape: [5, 1, 3], lanes: .bits16).broadcast(to: [5, 70, 3])
        + graph.uniform("d", shape: [5, 70, 3]),
      graph.normal("n", shape: [1000]),
    ]
    let worst = try compare(outputs)
    #expect(worst <= 1)
  }
}

/// A convolution to test.
struct ConvolutionCase: Sendable, CustomStringConvertible {
  var batch, inputs, outputs: Int
  var sizes, kernel: [Int]
  var geometry: ConvolutionGeometry

  var description: String { "N\(batch) \(inputs)→\(outputs) \(sizes) kernel \(kernel) \(geometry)" }

  static let all = [
    ConvolutionCase(
      batch: 2, inputs: 3, outputs: 5, sizes: [7, 9], kernel: [3, 2],
      geometry: .init(stride: [1, 1], padding: [0, 0])),
    ConvolutionCase(
      batch: 3, inputs: 1, outputs: 4, sizes: [8, 8], kernel: [4, 4],
      geometry: .init(stride: [2, 2], padding: [1, 1])),
    ConvolutionCase(
      batch: 2, inputs: 16, outputs: 32, sizes: [8, 6], kernel: [4, 4],
      geometry: .init(stride: [2, 2], padding: [1, 1])),
    ConvolutionCase(
      batch: 1, inputs: 2, outputs: 3, sizes: [11, 5], kernel: [3, 3],
      geometry: .init(stride: [3, 2], padding: [2, 1], dilation: [2, 1])),
    ConvolutionCase(
      batch: 2, inputs: 3, outputs: 1, sizes: [6, 6], kernel: [5, 5],
      geometry: .init(stride: [2, 2], paddingLow: [2, 1], paddingHigh: [1, 2])),
    ConvolutionCase(
      batch: 2, inputs: 4, outputs: 7, sizes: [33], kernel: [5],
      geometry: .init(stride: [4], padding: [2])),
    ConvolutionCase(
      batch: 3, inputs: 1, outputs: 16, sizes: [64], kernel: [25],
      geometry: .init(stride: [4], padding: [11])),
    ConvolutionCase(
      batch: 2, inputs: 3, outputs: 5, sizes: [64], kernel: [25],
      geometry: .init(stride: [4], paddingLow: [11], paddingHigh: [10])),
    ConvolutionCase(
      batch: 2, inputs: 16, outputs: 8, sizes: [53], kernel: [27],
      geometry: .init(stride: [3], padding: [5])),
    ConvolutionCase(
      batch: 2, inputs: 2, outputs: 3, sizes: [50], kernel: [19],
      geometry: .init(stride: [7], padding: [0])),
    ConvolutionCase(
      batch: 2, inputs: 16, outputs: 16, sizes: [40], kernel: [4],
      geometry: .init(stride: [2], padding: [1])),
    ConvolutionCase(
      batch: 2, inputs: 4, outputs: 3, sizes: [10], kernel: [1],
      geometry: .init(stride: [3], padding: [0])),
    ConvolutionCase(
      batch: 2, inputs: 5, outputs: 16, sizes: [40], kernel: [25],
      geometry: .init(stride: [1], padding: [12])),
    ConvolutionCase(
      batch: 2, inputs: 16, outputs: 1, sizes: [30], kernel: [61],
      geometry: .init(stride: [1], paddingLow: [31], paddingHigh: [33])),
    ConvolutionCase(
      batch: 1, inputs: 5, outputs: 1, sizes: [9], kernel: [3],
      geometry: .init(stride: [1], padding: [2], dilation: [2])),
    ConvolutionCase(
      batch: 2, inputs: 1, outputs: 1, sizes: [1, 1], kernel: [1, 1],
      geometry: .init(stride: [1, 1], padding: [0, 0])),
  ]
}

extension Shape {
  func broadcastForTests(_ other: Shape) -> Shape? {
    let rank = Swift.max(count, other.count)
    let a = [Int](repeating: 1, count: rank - count) + self
    let b = [Int](repeating: 1, count: rank - other.count) + other
    return zip(a, b).map { Swift.max($0, $1) }
  }
}
