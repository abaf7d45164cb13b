public import Autodiff
internal import Glibc
internal import Kernels

/// Computes graphs node by node in double precision with the plainest loops there are: what every
/// fast path is compared with.
public struct ReferenceInterpreter {
  /// Values of inputs and variables by name, row-major.
  public var values: [String: [Double]] = [:]
  /// Key of the random streams.
  public var seed: UInt64 = 0
  /// Counter of the random streams.
  public var step: UInt64 = 0

  /// An interpreter without values.
  public init() {}

  /// The values of tensors of one graph.
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
    case .unary(let function): return x[0].map { Self.unary(function, $0) }
    case .binary(let function): return zip(x[0], x[1]).map { Self.binary(function, $0, $1) }
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
    case .matmul(let a, let b):
      return Self.matmul(x, shapes, a, b, node.shape)
    case .convolution(let g):
      var result = [Double](repeating: 0, count: count)
      Self.taps(x: shapes[0], w: shapes[1], y: node.shape, g) { result[$2] += x[0][$0] * x[1][$1] }
      return result
    case .convolutionInputGradient(let g):
      var result = [Double](repeating: 0, count: count)
      Self.taps(x: node.shape, w: shapes[1], y: shapes[0], g) { result[$0] += x[1][$1] * x[0][$2] }
      return result
    case .convolutionWeightGradient(let g):
      var result = [Double](repeating: 0, count: count)
      Self.taps(x: shapes[0], w: node.shape, y: shapes[1], g) { result[$1] += x[0][$0] * x[1][$2] }
      return result
    }
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

  private static func unary(_ function: Operation.Unary, _ x: Double) -> Double {
    switch function {
    case .negate: -x
    case .exp: Glibc.exp(x)
    case .log: Glibc.log(x)
    case .sqrt: x.squareRoot()
    case .tanh: Glibc.tanh(x)
    case .sigmoid: 1 / (1 + Glibc.exp(-x))
    case .softplus: Swift.max(x, 0) + Glibc.log1p(Glibc.exp(-Swift.abs(x)))
    case .sin: Glibc.sin(x)
    case .cos: Glibc.cos(x)
    case .abs: Swift.abs(x)
    }
  }

  private static func binary(_ function: Operation.Binary, _ x: Double, _ y: Double) -> Double {
    switch function {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .maximum: x > y ? x : y
    case .minimum: x < y ? x : y
    case .less: x < y ? 1 : 0
    case .lessOrEqual: x <= y ? 1 : 0
    case .equal: x == y ? 1 : 0
    }
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
    let depth = a ? shapes[0][0] : shapes[0][1]
    return indices(target).map { index in
      (0..<depth).reduce(0) { sum, k in
        let left = a ? flat([k, index[0]], shapes[0]) : flat([index[0], k], shapes[0])
        let right = b ? flat([index[1], k], shapes[1]) : flat([k, index[1]], shapes[1])
        return sum + x[0][left] * x[1][right]
      }
    }
  }

  /// Visits every product of a convolution: places in x [N, …, I], w [O, I, …] and y [N, …, O].
  private static func taps(
    x: Shape, w: Shape, y: Shape, _ g: ConvolutionGeometry, _ visit: (Int, Int, Int) -> Void
  ) {
    let rank = g.stride.count
    for out in indices(y) {
      for tap in indices(Shape(w[2...])) {
        let place = (0..<rank).map { axis -> Int in
          let start: Int = out[1 + axis] * g.stride[axis] - g.paddingLow[axis]
          return start + tap[axis] * g.dilation[axis]
        }
        guard zip(place, x[1...]).allSatisfy({ $0 >= 0 && $0 < $1 }) else { continue }
        for channel in 0..<w[1] {
          visit(
            flat([out[0]] + place + [channel], x), flat([out[rank + 1], channel] + tap, w),
            flat(out, y))
        }
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
