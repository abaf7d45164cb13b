import Autodiff

/// Turns a sum of like terms into one operation over the concatenated operands of the terms.
///
///     %8 = matmul(x₁ transposed, y₁)           %8 = concatenate(x₁, x₂, x₃, x₄)
///     …                                        %9 = concatenate(y₁, y₂, y₃, y₄)
///     %14 = add(add(add(%8, %9), %10), %11) →  %10 = matmul(%8 transposed, %9)
extension Gatherer {
  /// True for an addition that nothing reads but another addition, of which it is a term.
  func isInsideSum(_ id: Int) -> Bool {
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

  /// A kind of term. Terms of equal kind can become one operation.
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
    case .matmul(transposeA: true, transposeB: false) where node.shape.count == 2:
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

  /// The sum with its like terms gathered; nil where nothing can be gathered.
  func gathered(_ root: Int) throws -> Int? {
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

  /// One node for terms of one kind; nil where they are too few, or are pads that overlap in part.
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

  /// Concatenates nodes of the new graph along `axis`.
  func concatenated(_ parts: [Int], axis: Int, _ scope: String) throws -> Int {
    var whole = shape(parts[0])
    whole[axis] = parts.reduce(0) { $0 + shape($1)[axis] }
    return try add(.concatenate(axis: axis), parts, whole, scope)
  }
}
