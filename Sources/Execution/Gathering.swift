package import Autodiff

/// Rewrites what unrolled networks leave behind: long sums of like terms become one operation, and
/// slices move before the element-wise operations they follow.
///
/// A parameter used at T time steps gets a sum of T gradients, and a tensor cut into T pieces a sum of
/// T pads. Products and reductions of the pieces become one over the pieces laid one after another,
/// which is a better use of the machine; pads beside each other are a concatenation.
package struct Gathering {
  /// The new graph.
  package let graph = Graph()
  /// For each node of the old graph its node in the new one.
  package private(set) var mapping: [Int] = []
  private let old: Graph
  private let users: [[Int]]
  private let isRoot: [Bool]
  /// For each old node whether all that is used of it are slices.
  private var isSliced: [Bool]

  /// Terms from which products and reductions are gathered: fewer are cheaper one by one, as laying
  /// their operands one after another may need copies.
  private static let fewestTerms = 4

  /// - Parameters:
  ///   - old: A graph without dead nodes.
  ///   - roots: Nodes whose values are wanted.
  package init(_ old: Graph, roots: [Int]) throws {
    self.old = old
    var users = [[Int]](repeating: [], count: old.nodes.count)
    for (id, node) in old.nodes.enumerated() {
      for input in node.inputs { users[input].append(id) }
    }
    self.users = users
    var isRoot = [Bool](repeating: false, count: old.nodes.count)
    for root in roots { isRoot[root] = true }
    self.isRoot = isRoot
    isSliced = [Bool](repeating: false, count: old.nodes.count)
    findSliced()
    for id in old.nodes.indices { mapping.append(try rewritten(id)) }
  }

  private func shape(_ id: Int) -> Shape { graph.nodes[id].shape }

  private func rewritten(_ id: Int) throws -> Int {
    let node = old.nodes[id]
    if node.operation == .binary(.add), !isInsideSum(id) {
      if let sum = try gathered(id) { return sum }
    }
    if case .slice(let starts) = node.operation {
      return try slice(of: node.inputs[0], from: starts, node.shape, node.scope)
    }
    return try add(node.operation, node.inputs.map { mapping[$0] }, node.shape, node.scope)
  }

  private func add(
    _ operation: Operation, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    try graph.append(operation, inputs, shape: shape, scope: scope).id
  }

  private func sum(_ terms: [Int], _ scope: String) throws -> Int {
    try terms.dropFirst().reduce(terms[0]) {
      try add(.binary(.add), [$0, $1], shape($0), scope)
    }
  }
}

// MARK: - Slices

extension Gathering {
  /// An element-wise result of which only slices are used need not be computed as a whole: its slices
  /// then share kernels with what uses them.
  private mutating func findSliced() {
    var used = [Int](repeating: 0, count: old.nodes.count)
    for (id, node) in old.nodes.enumerated().reversed()
    where node.operation.isElementwise && !isRoot[id] {
      isSliced[id] = users[id].allSatisfy { user in
        if isSliced[user] {
          used[id] += used[user]
          return true
        }
        guard case .slice = old.nodes[user].operation else { return false }
        used[id] += old.nodes[user].shape.elementCount
        return true
      }
      if used[id] > node.shape.elementCount { isSliced[id] = false }
    }
  }

  /// Part of an old node.
  private func slice(
    of id: Int, from starts: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    let node = old.nodes[id]
    if case .slice(let first) = node.operation {
      return try slice(of: node.inputs[0], from: zip(starts, first).map(+), shape, scope)
    }
    guard isSliced[id] else { return try add(.slice(starts: starts), [mapping[id]], shape, scope) }
    let operands = try node.inputs.map { try slice(of: $0, from: starts, shape, node.scope) }
    return try add(node.operation, operands, shape, node.scope)
  }
}

// MARK: - Sums

extension Gathering {
  /// Whether an addition is only a term of another one.
  private func isInsideSum(_ id: Int) -> Bool {
    !isRoot[id] && users[id].count == 1 && old.nodes[users[id][0]].operation == .binary(.add)
  }

  /// The terms of a sum, first to last.
  private func terms(_ root: Int) -> [Int] {
    var terms: [Int] = []
    var pending = Array(old.nodes[root].inputs.reversed())
    while let id = pending.popLast() {
      if old.nodes[id].operation == .binary(.add), isInsideSum(id) {
        pending += old.nodes[id].inputs.reversed()
      } else {
        terms.append(id)
      }
    }
    return terms
  }

  /// Terms that can become one.
  private enum Kind: Hashable {
    case pads
    case products(rows: Int, columns: Int)
    case reductions(axes: [Int], input: Shape, reshaped: Bool)
  }

  private func kind(_ id: Int) -> Kind? {
    let node = old.nodes[id]
    if case .pad = node.operation { return .pads }
    guard users[id].count == 1, !isRoot[id] else { return nil }
    switch node.operation {
    case .matmul(transposeA: true, transposeB: false):
      return .products(rows: node.shape[0], columns: node.shape[1])
    case .sum(let axes):
      return reductions(axes, of: node.inputs[0], reshaped: false)
    case .reshape:
      let inner = node.inputs[0]
      guard case .sum(let axes) = old.nodes[inner].operation, users[inner].count == 1,
        !isRoot[inner]
      else { return nil }
      return reductions(axes, of: old.nodes[inner].inputs[0], reshaped: true)
    default: return nil
    }
  }

  private func reductions(_ axes: [Int], of input: Int, reshaped: Bool) -> Kind {
    var shape = old.nodes[input].shape
    shape[axes[0]] = 0
    return .reductions(axes: axes, input: shape, reshaped: reshaped)
  }

  /// The sum with its like terms gathered; nil when there are none.
  private func gathered(_ root: Int) throws -> Int? {
    let terms = terms(root)
    var groups: [Kind: [Int]] = [:]
    for term in terms {
      if let kind = kind(term) { groups[kind, default: []].append(term) }
    }
    var made: [Int] = []
    var replaced = Set<Int>()
    let scope = old.nodes[root].scope
    for term in terms where !replaced.contains(term) {
      guard let kind = kind(term), let group = groups.removeValue(forKey: kind),
        let whole = try gather(group, kind, old.nodes[root].shape, scope)
      else { continue }
      made.append(whole)
      replaced.formUnion(group)
    }
    guard !made.isEmpty else { return nil }
    return try sum(terms.filter { !replaced.contains($0) }.map { mapping[$0] } + made, scope)
  }

  private func gather(
    _ group: [Int], _ kind: Kind, _ shape: Shape, _ scope: String
  ) throws -> Int? {
    let nodes = group.map { old.nodes[$0] }
    switch kind {
    case .pads:
      guard group.count > 1 else { return nil }
      let pieces = nodes.compactMap { node -> Piece? in
        guard case .pad(let low) = node.operation else { return nil }
        return Piece(node: mapping[node.inputs[0]], low: low)
      }
      return try tiled(pieces, shape, scope)
    case .products:
      guard group.count >= Self.fewestTerms else { return nil }
      let operands = try [0, 1].map { side in
        try concatenated(nodes.map { mapping[$0.inputs[side]] }, axis: 0, scope)
      }
      return try add(nodes[0].operation, operands, nodes[0].shape, scope)
    case .reductions(let axes, _, let reshaped):
      guard group.count >= Self.fewestTerms else { return nil }
      let sums = reshaped ? nodes.map { old.nodes[$0.inputs[0]] } : nodes
      let whole = try concatenated(sums.map { mapping[$0.inputs[0]] }, axis: axes[0], scope)
      let sum = try add(.sum(axes: axes), [whole], sums[0].shape, scope)
      return reshaped ? try add(.reshape, [sum], shape, scope) : sum
    }
  }

  private func concatenated(_ parts: [Int], axis: Int, _ scope: String) throws -> Int {
    var whole = shape(parts[0])
    whole[axis] = parts.reduce(0) { $0 + shape($1)[axis] }
    return try add(.concatenate(axis: axis), parts, whole, scope)
  }
}

// MARK: - Pads

extension Gathering {
  /// A tensor inside a larger one of zeros.
  private struct Piece {
    var node: Int
    var low: [Int]
  }

  /// The sum of pads as a concatenation along each axis in turn; nil where pieces overlap in part.
  private func tiled(_ pieces: [Piece], _ whole: Shape, _ scope: String) throws -> Int? {
    let partial = whole.indices.first { axis in
      pieces.contains { shape($0.node)[axis] != whole[axis] }
    }
    guard let axis = partial else { return try sum(pieces.map(\.node), scope) }
    var groups: [Range<Int>: [Piece]] = [:]
    for piece in pieces {
      let low = piece.low[axis]
      groups[low..<low + shape(piece.node)[axis], default: []].append(piece)
    }
    var parts: [Int] = []
    var end = 0
    for (range, group) in groups.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
      guard range.lowerBound >= end else { return nil }
      if range.lowerBound > end {
        parts.append(try zeros(whole, axis, range.lowerBound - end, scope))
      }
      var inner = whole
      inner[axis] = range.count
      let moved = group.map { piece in
        var piece = piece
        piece.low[axis] = 0
        return piece
      }
      guard let part = try tiled(moved, inner, scope) else { return nil }
      parts.append(part)
      end = range.upperBound
    }
    if end < whole[axis] { parts.append(try zeros(whole, axis, whole[axis] - end, scope)) }
    return parts.count == 1 ? parts[0] : try concatenated(parts, axis: axis, scope)
  }

  private func zeros(_ whole: Shape, _ axis: Int, _ size: Int, _ scope: String) throws -> Int {
    var shape = whole
    shape[axis] = size
    let zero = try add(.constant(bits: 0), [], [], scope)
    let one = try add(.reshape, [zero], shape.map { _ in 1 }, scope)
    return try add(.broadcast, [one], shape, scope)
  }
}
