/// The gradient rule of every operation, each a rewrite to new nodes.
enum GradientRules {
  /// Derivatives of ⟨upstream, output⟩ by each input of the node of `output`. They are nil where they are zero,
  /// and may be nil where they are not needed.
  static func gradients(of output: Tensor, upstream d: Tensor, needed: [Bool]) throws -> [Tensor?] {
    let node = output.node
    let graph = output.graph
    let x = node.inputs.map { Tensor(graph: graph, id: $0) }
    func when(_ index: Int, _ make: () throws -> Tensor) rethrows -> Tensor? {
      needed[index] ? try make() : nil
    }
    switch node.operation {
    case .constant, .input, .variable, .random, .iota, .stopGradient, .smallestMagnitude:
      return x.map { _ in nil }
    case .unary(let function):
      return [try unary(function, x[0], output, d)]
    case .binary(let function):
      return try binary(function, x[0], x[1], output, d, needed)
    case .select:
      let zero = graph.constant(0)
      return [
        nil, try when(1) { try x[0].select(d, zero) }, try when(2) { try x[0].select(zero, d) },
      ]
    case .sum:
      return [try d.broadcast(to: x[0].shape)]
    case .max(let axes):
      let hit = try x[0].equal(to: output.broadcast(to: x[0].shape))
      let share = try d / hit.sum(axes: axes, keepingAxes: true)
      return [try hit * share]
    case .reshape:
      return [try d.reshape(x[0].shape)]
    case .transpose(let permutation):
      var inverse = permutation
      for (axis, from) in permutation.enumerated() { inverse[from] = axis }
      return [try d.transpose(inverse)]
    case .broadcast:
      let axes = x[0].shape.indices.filter { x[0].shape[$0] != output.shape[$0] }
      return [try d.sum(axes: axes, keepingAxes: true)]
    case .slice(let starts):
      return [try d.pad(low: starts, to: x[0].shape)]
    case .pad(let low):
      return [try d.slice(from: low, shape: x[0].shape)]
    case .concatenate(let axis):
      return try parts(of: d, x.map { $0.shape[axis] }, axis: axis, needed)
    case .gather:
      return [try when(0) { try d.scattered(to: x[1], of: x[0].shape[2]) }, nil]
    case .scatter:
      return [try when(0) { try d.gathered(at: x[1]) }, nil]
    case .matmul(let a, let b):
      return [
        try when(0) {
          a
            ? try x[1].matmul(d, transposeSelf: b, transposeOther: true)
            : try d.matmul(x[1], transposeOther: !b)
        },
        try when(1) {
          b
            ? try d.matmul(x[0], transposeSelf: true, transposeOther: a)
            : try x[0].matmul(d, transposeSelf: !a)
        },
      ]
    case .convolution(let g):
      return [
        try when(0) { try graph.add(.convolutionInputGradient(g), [d, x[1]], shape: x[0].shape) },
        try when(1) { try graph.add(.convolutionWeightGradient(g), [x[0], d], shape: x[1].shape) },
      ]
    case .convolutionInputGradient(let g):
      return [
        try when(0) { try graph.add(.convolution(g), [d, x[1]]) },
        try when(1) { try graph.add(.convolutionWeightGradient(g), [d, x[0]], shape: x[1].shape) },
      ]
    case .convolutionWeightGradient(let g):
      return [
        try when(0) { try graph.add(.convolutionInputGradient(g), [x[1], d], shape: x[0].shape) },
        try when(1) { try graph.add(.convolution(g), [x[0], d]) },
      ]
    }
  }

  private static func unary(
    _ function: Operation.Unary, _ x: Tensor, _ y: Tensor, _ d: Tensor
  ) throws -> Tensor {
    switch function {
    case .negate: try -d
    case .exp: try d * y
    case .log: try d / x
    case .sqrt: try d * (0.5 / y)
    case .tanh: try d * (1 - y * y)
    case .sigmoid: try d * (y * (1 - y))
    case .softplus: try d * x.sigmoid()
    case .sin: try d * x.cos()
    case .cos: try -(d * x.sin())
    case .floor: try d * 0
    case .abs: try d * (x.greater(than: 0) - x.less(than: 0))
    }
  }

  private static func binary(
    _ function: Operation.Binary, _ a: Tensor, _ b: Tensor, _ y: Tensor, _ d: Tensor,
    _ needed: [Bool]
  ) throws -> [Tensor?] {
    func when(_ index: Int, _ make: () throws -> Tensor) rethrows -> Tensor? {
      needed[index] ? try make() : nil
    }
    switch function {
    case .add: return [d, d]
    case .subtract: return [d, try when(1) { try -d }]
    case .multiply: return [try when(0) { try d * b }, try when(1) { try d * a }]
    case .divide: return [try when(0) { try d / b }, try when(1) { try -(d * y / b) }]
    case .maximum:
      let second = try a.less(than: b)
      return [try when(0) { try d * (1 - second) }, try when(1) { try d * second }]
    case .minimum:
      let second = try b.less(than: a)
      return [try when(0) { try d * (1 - second) }, try when(1) { try d * second }]
    case .less, .lessOrEqual, .equal: return [nil, nil]
    }
  }

  private static func parts(
    of d: Tensor, _ sizes: [Int], axis: Int, _ needed: [Bool]
  ) throws -> [Tensor?] {
    var start = 0
    return try sizes.enumerated().map { index, size in
      defer { start += size }
      return needed[index] ? try d.slice(axis: axis, start..<start + size) : nil
    }
  }
}
