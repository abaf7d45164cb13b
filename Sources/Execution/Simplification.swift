package import Autodiff

/// Rebuilds a graph node by node: equal nodes become one, constants are folded, and movements and
/// sums that need not be done are not.
package struct Simplification {
  /// The new graph.
  package let graph = Graph()
  /// For each node of the old graph its node in the new one.
  package private(set) var mapping: [Int] = []
  private var known: [Key: Int] = [:]

  private struct Key: Hashable {
    let operation: Operation
    let inputs: [Int]
    let shape: Shape
  }

  package init(_ old: Graph) throws {
    for node in old.nodes {
      let inputs = node.inputs.map { mapping[$0] }
      mapping.append(try simplified(node.operation, inputs, node.shape, node.scope))
    }
  }

  /// The new graph without the nodes that `roots` (new ids) do not need, and the ids' new places.
  package static func removingDeadNodes(
    _ graph: Graph, roots: [Int]
  ) -> (graph: Graph, place: [Int]) {
    var alive = [Bool](repeating: false, count: graph.nodes.count)
    for root in roots { alive[root] = true }
    for id in graph.nodes.indices.reversed() where alive[id] {
      for input in graph.nodes[id].inputs { alive[input] = true }
    }
    let result = Graph()
    var place = [Int](repeating: -1, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() where alive[id] {
      var node = node
      node.inputs = node.inputs.map { place[$0] }
      place[id] = result.nodes.count
      result.nodes.append(node)
    }
    return (result, place)
  }

  private func node(_ id: Int) -> Node { graph.nodes[id] }
  private func shape(_ id: Int) -> Shape { graph.nodes[id].shape }

  /// The number a node holds everywhere, if that is known.
  private func constant(_ id: Int) -> Float? {
    switch node(id).operation {
    case .constant(let bits): Float(bitPattern: bits)
    case .broadcast, .reshape: constant(node(id).inputs[0])
    default: nil
    }
  }

  private mutating func make(
    _ operation: Operation, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    let key = Key(operation: operation, inputs: inputs, shape: shape)
    if let id = known[key] { return id }
    let id = try graph.append(operation, inputs, shape: shape, scope: scope).id
    known[key] = id
    return id
  }

  private mutating func filled(_ value: Float, _ shape: Shape, _ scope: String) throws -> Int {
    let scalar = try make(.constant(bits: value.bitPattern), [], [], scope)
    let ones = try simplified(.reshape, [scalar], shape.map { _ in 1 }, scope)
    return try simplified(.broadcast, [ones], shape, scope)
  }

  private mutating func simplified(
    _ operation: Operation, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    switch operation {
    case .stopGradient: return inputs[0]
    case .unary(let function):
      if let id = try unary(function, inputs[0], scope) { return id }
    case .binary(let function):
      if let id = try binary(function, inputs[0], inputs[1], scope) { return id }
    case .select:
      if let condition = constant(inputs[0]) { return inputs[condition != 0 ? 1 : 2] }
      if inputs[1] == inputs[2] { return inputs[1] }
    case .sum(let axes):
      if let id = try sum(axes, inputs[0], shape, scope) { return id }
    case .max(let axes):
      if axes.allSatisfy({ self.shape(inputs[0])[$0] == 1 }) { return inputs[0] }
    case .matmul(let a, let b):
      return try matmul(a, b, inputs, shape, scope)
    case .reshape, .broadcast, .transpose, .slice, .pad, .concatenate:
      if let id = try movement(operation, inputs, shape, scope) { return id }
    default: break
    }
    return try make(operation, inputs, shape, scope)
  }

  private mutating func unary(_ function: Operation.Unary, _ x: Int, _ scope: String) throws -> Int?
  {
    if function == .negate, node(x).operation == .unary(.negate) { return node(x).inputs[0] }
    guard let value = constant(x) else { return nil }
    switch function {
    case .negate: return try filled(-value, shape(x), scope)
    case .sqrt: return try filled(value.squareRoot(), shape(x), scope)
    case .abs: return try filled(Swift.abs(value), shape(x), scope)
    default: return nil
    }
  }

  private mutating func binary(
    _ function: Operation.Binary, _ a: Int, _ b: Int, _ scope: String
  ) throws -> Int? {
    if let x = constant(a), let y = constant(b) {
      return try filled(Self.fold(function, x, y), shape(a), scope)
    }
    switch (function, constant(a), constant(b)) {
    case (.add, _, 0), (.subtract, _, 0), (.multiply, _, 1), (.divide, _, 1): return a
    case (.add, 0, _), (.multiply, 1, _): return b
    case (.multiply, _, -1), (.divide, _, -1):
      return try simplified(.unary(.negate), [a], shape(a), scope)
    case (.multiply, -1, _): return try simplified(.unary(.negate), [b], shape(a), scope)
    default: break
    }
    if node(b).operation == .unary(.negate), function == .add || function == .subtract {
      let opposite: Operation.Binary = function == .add ? .subtract : .add
      return try simplified(.binary(opposite), [a, node(b).inputs[0]], shape(a), scope)
    }
    return nil
  }

  private static func fold(_ function: Operation.Binary, _ x: Float, _ y: Float) -> Float {
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

  private mutating func matmul(
    _ transposeA: Bool, _ transposeB: Bool, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    func untransposed(_ id: Int, _ flag: Bool) -> (Int, Bool) {
      node(id).operation == .transpose(permutation: [1, 0])
        ? (node(id).inputs[0], !flag) : (id, flag)
    }
    let (a, flagA) = untransposed(inputs[0], transposeA)
    let (b, flagB) = untransposed(inputs[1], transposeB)
    return try make(.matmul(transposeA: flagA, transposeB: flagB), [a, b], shape, scope)
  }
}

// MARK: - Movements

extension Simplification {
  private mutating func movement(
    _ operation: Operation, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int? {
    let input = inputs[0]
    if inputs.count == 1, shape == self.shape(input), !operation.movesElements { return input }
    switch operation {
    case .reshape:
      if node(input).operation == .reshape {
        return try simplified(.reshape, [node(input).inputs[0]], shape, scope)
      }
      if node(input).operation == .broadcast, let value = constant(input) {
        return try filled(value, shape, scope)
      }
    case .broadcast where node(input).operation == .broadcast:
      return try simplified(.broadcast, [node(input).inputs[0]], shape, scope)
    case .transpose(let permutation):
      return try transpose(permutation, input, shape, scope)
    case .slice(let starts): return try slice(starts, input, shape, scope)
    default: break
    }
    return nil
  }

  private mutating func slice(
    _ starts: [Int], _ input: Int, _ shape: Shape, _ scope: String
  ) throws -> Int? {
    if let value = constant(input) { return try filled(value, shape, scope) }
    switch node(input).operation {
    case .slice(let first):
      let both = Operation.slice(starts: zip(starts, first).map(+))
      return try simplified(both, node(input).inputs, shape, scope)
    case .concatenate(let axis):
      var start = 0
      for part in node(input).inputs {
        let size = self.shape(part)[axis]
        if starts[axis] >= start && starts[axis] + shape[axis] <= start + size {
          var starts = starts
          starts[axis] -= start
          return try simplified(.slice(starts: starts), [part], shape, scope)
        }
        start += size
      }
    default: break
    }
    return nil
  }

  private mutating func transpose(
    _ permutation: [Int], _ input: Int, _ shape: Shape, _ scope: String
  ) throws -> Int? {
    if let value = constant(input) { return try filled(value, shape, scope) }
    let moved = permutation.filter { self.shape(input)[$0] > 1 }
    if moved == moved.sorted() { return try simplified(.reshape, [input], shape, scope) }
    guard case .transpose(let first) = node(input).operation else { return nil }
    let both = Operation.transpose(permutation: permutation.map { first[$0] })
    return try simplified(both, node(input).inputs, shape, scope)
  }
}

extension Operation {
  /// Whether elements can change places although the shape stays.
  fileprivate var movesElements: Bool {
    if case .transpose = self { return true }
    return false
  }
}

// MARK: - Sums

extension Simplification {
  /// Takes factors that are the same along the summed axes out of a sum. Batch normalisation's
  /// gradient needs one pass over the activations less for it.
  private mutating func sum(
    _ axes: [Int], _ input: Int, _ shape: Shape, _ scope: String
  ) throws -> Int? {
    let long = axes.filter { self.shape(input)[$0] > 1 }
    if long.isEmpty { return input }
    if long != axes { return try simplified(.sum(axes: long), [input], shape, scope) }
    let count = Float(axes.reduce(1) { $0 * self.shape(input)[$1] })
    if let value = constant(input) { return try filled(value * count, shape, scope) }
    if let factor = try constantAlong(axes, input, shape, scope) {
      return try simplified(
        .binary(.multiply), [factor, filled(count, shape, scope)], shape, scope)
    }
    switch node(input).operation {
    case .unary(.negate):
      let inner = try simplified(.sum(axes: axes), node(input).inputs, shape, scope)
      return try simplified(.unary(.negate), [inner], shape, scope)
    case .binary(.multiply):
      for (one, other) in [(0, 1), (1, 0)] {
        let operands = node(input).inputs
        guard let factor = try constantAlong(axes, operands[one], shape, scope) else { continue }
        let rest = try simplified(.sum(axes: axes), [operands[other]], shape, scope)
        return try simplified(.binary(.multiply), [rest, factor], shape, scope)
      }
    case .binary(let function) where function == .add || function == .subtract:
      let operands = node(input).inputs
      guard operands.contains(where: { hasFactor(along: axes, $0) }) else { return nil }
      let parts = try operands.map { try simplified(.sum(axes: axes), [$0], shape, scope) }
      return try simplified(.binary(function), parts, shape, scope)
    default: break
    }
    return nil
  }

  /// The node without its repetition along `axes`, in the shape of the sum; nil where it varies.
  private mutating func constantAlong(
    _ axes: [Int], _ id: Int, _ shape: Shape, _ scope: String
  ) throws -> Int? {
    guard node(id).operation == .broadcast, isRepeated(along: axes, id) else { return nil }
    return try simplified(.broadcast, [node(id).inputs[0]], shape, scope)
  }

  private func isRepeated(along axes: [Int], _ id: Int) -> Bool {
    node(id).operation == .broadcast && axes.allSatisfy { shape(node(id).inputs[0])[$0] == 1 }
  }

  /// Whether a sum of this node would give up a factor. A lone repetition does not count: splitting
  /// Σ(x − mean) would cancel two large numbers.
  private func hasFactor(along axes: [Int], _ id: Int) -> Bool {
    switch node(id).operation {
    case .binary(.multiply): node(id).inputs.contains { isRepeated(along: axes, $0) }
    case .binary(.add), .binary(.subtract):
      node(id).inputs.allSatisfy { hasFactor(along: axes, $0) }
    case .unary(.negate): hasFactor(along: axes, node(id).inputs[0])
    default: false
    }
  }
}
