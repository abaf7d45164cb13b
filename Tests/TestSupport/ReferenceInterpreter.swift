public import Autodiff
internal import Execution
internal import Kernels
internal import Reference

/// Computes graphs node by node in double precision, without planning. Tests compare programs with it, and
/// take central differences of it.
public struct ReferenceInterpreter {
  /// Values of inputs and variables by name, row-major.
  public var values: [String: [Double]] = [:]
  /// Key of the random streams.
  public var seed: UInt64 = 0
  /// Counter of the random streams.
  public var step: UInt64 = 0

  /// Makes an interpreter without values.
  public init() {}

  /// Evaluates tensors of one graph.
  public func evaluate(_ tensors: [Tensor]) -> [[Double]] {
    guard let graph = tensors.first?.graph else { return [] }
    var results: [[Double]] = []
    for node in graph.nodes { results.append(evaluate(node, graph, results)) }
    return tensors.map { results[$0.id] }
  }

  private func evaluate(_ node: Node, _ graph: Graph, _ results: [[Double]]) -> [Double] {
    let x = node.inputs.map { results[$0] }
    let shapes = node.inputs.map { graph.nodes[$0].shape }
    let count = node.shape.elementCount
    switch node.operation {
    case .constant(let bits): return [Double(Float(bitPattern: bits))]
    case .input(let name), .variable(let name):
      return values[name] ?? [Double](repeating: 0, count: count)
    case .random(let stream, let lanes): return random(stream, lanes, count)
    case .iota(let axis): return indices(node.shape).map { Double($0[axis]) }
    case .unary(let function): return x[0].map(function.value)
    case .binary(let function): return zip(x[0], x[1]).map(function.value)
    case .select: return (0..<count).map { x[0][$0] != 0 ? x[1][$0] : x[2][$0] }
    case .stopGradient, .reshape: return x[0]
    case .sum: return Self.reduce(x[0], shapes[0], node.shape, from: 0, +)
    case .max: return Self.reduce(x[0], shapes[0], node.shape, from: -.infinity, Swift.max)
    case .transpose(let permutation):
      return indices(node.shape).map { index in
        var source = index
        for (axis, from) in permutation.enumerated() { source[from] = index[axis] }
        return x[0][flat(source, shapes[0])]
      }
    case .broadcast:
      return indices(node.shape).map { index in
        x[0][flat(zip(index, shapes[0]).map { Swift.min($0, $1 - 1) }, shapes[0])]
      }
    case .slice(let starts):
      return indices(node.shape).map { x[0][flat(zip($0, starts).map(+), shapes[0])] }
    case .pad(let low):
      var result = [Double](repeating: 0, count: count)
      for (place, index) in indices(shapes[0]).enumerated() {
        result[flat(zip(index, low).map(+), node.shape)] = x[0][place]
      }
      return result
    case .concatenate(let axis):
      var result = [Double](repeating: 0, count: count)
      var start = 0
      for (part, shape) in zip(x, shapes) {
        for (place, index) in indices(shape).enumerated() {
          var target = index
          target[axis] += start
          result[flat(target, node.shape)] = part[place]
        }
        start += shape[axis]
      }
      return result
    case .smallestMagnitude(let count):
      let columns = shapes[0][1]
      return (0..<shapes[0][0]).map { row in
        x[0][row * columns..<(row + 1) * columns].map(abs).sorted()[count - 1]
      }
    case .gather, .scatter: return Self.moveElements(node, x, shapes)
    case .matmul(let a, let b):
      return Self.matmul(x, shapes, a, b, node.shape)
    case .convolution, .convolutionInputGradient, .convolutionWeightGradient:
      return Self.convolution(node, x, shapes)
    }
  }

  private static func moveElements(_ node: Node, _ x: [[Double]], _ shapes: [Shape]) -> [Double] {
    var result = [Double](repeating: 0, count: node.shape.elementCount)
    let adds = node.operation == .scatter
    for index in indices([shapes[0][0], shapes[0][1], shapes[1][1]]) {
      let place = Int(x[1][flat([index[0], index[2]], shapes[1])])
      guard (0..<(adds ? node.shape : shapes[0])[2]).contains(place) else { continue }
      let moved = [index[0], index[1], place]
      let (from, to) = adds ? (index, moved) : (moved, index)
      result[flat(to, node.shape)] += x[0][flat(from, shapes[0])]
    }
    return result
  }

  private static func convolution(_ node: Node, _ x: [[Double]], _ shapes: [Shape]) -> [Double] {
    var result = [Double](repeating: 0, count: node.shape.elementCount)
    switch node.operation {
    case .convolution(let g):
      ConvolutionShape(.forward, x: shapes[0], w: shapes[1], y: node.shape, g)
        .forEachProduct { result[$2] += x[0][$0] * x[1][$1] }
    case .convolutionInputGradient(let g):
      ConvolutionShape(.inputGradient, x: node.shape, w: shapes[1], y: shapes[0], g)
        .forEachProduct { result[$0] += x[1][$1] * x[0][$2] }
    case .convolutionWeightGradient(let g):
      ConvolutionShape(.weightGradient, x: shapes[0], w: node.shape, y: shapes[1], g)
        .forEachProduct { result[$1] += x[0][$0] * x[1][$2] }
    default: preconditionFailure("\(node.operation.name) is no convolution")
    }
    return result
  }

  private func random(_ stream: String, _ lanes: Operation.RandomLanes, _ count: Int) -> [Double] {
    var numbers = [Float](repeating: 0, count: count)
    let id = lethe_stream_id(stream, Int64(stream.utf8.count))
    if lanes == .bits16 {
      lethe_philox_uniform16(&numbers, 0, Int64(count), seed, id, step)
    } else {
      lethe_philox_uniform(&numbers, 0, Int64(count), seed, id, step)
    }
    return numbers.map(Double.init)
  }

  private static func reduce(
    _ x: [Double], _ shape: Shape, _ target: Shape, from start: Double,
    _ combine: (Double, Double) -> Double
  ) -> [Double] {
    var result = [Double](repeating: start, count: target.elementCount)
    for (place, index) in indices(shape).enumerated() {
      let kept = flat(zip(index, target).map { Swift.min($0, $1 - 1) }, target)
      result[kept] = combine(result[kept], x[place])
    }
    return result
  }

  private static func matmul(
    _ x: [[Double]], _ shapes: [Shape], _ a: Bool, _ b: Bool, _ target: Shape
  ) -> [Double] {
    let rows = target.count - 2
    let depth = a ? shapes[0][rows] : shapes[0][rows + 1]
    return indices(target).map { index in
      let (batch, row, column) = (Array(index[..<rows]), index[rows], index[rows + 1])
      return (0..<depth).reduce(0) { sum, k in
        let left = flat(batch + (a ? [k, row] : [row, k]), shapes[0])
        let right = flat(batch + (b ? [column, k] : [k, column]), shapes[1])
        return sum + x[0][left] * x[1][right]
      }
    }
  }

  private static func indices(_ shape: Shape) -> [[Int]] {
    var result: [[Int]] = [[]]
    for size in shape { result = result.flatMap { head in (0..<size).map { head + [$0] } } }
    return result
  }

  private static func flat(_ index: [Int], _ shape: Shape) -> Int {
    zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
  }

  private func indices(_ shape: Shape) -> [[Int]] { Self.indices(shape) }
  private func flat(_ index: [Int], _ shape: Shape) -> Int { Self.flat(index, shape) }
}
