import Autodiff

/// Moves slices before the element-wise operations they follow, so that only the pieces are computed.
///
///     %2 = add(%0, %1) [4, 9]                  %2 = slice(%0) [4, 3], %3 = slice(%1) [4, 3]
///     %3 = slice(%2) [4, 3]               →    %4 = add(%2, %3) [4, 3]
extension Gatherer {
  /// Marks the element-wise nodes that are read only through slices, with no more elements in the slices than
  /// in the node. Such a node can be computed piece by piece, in the kernels that use the pieces.
  mutating func findSliced() {
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

  /// The block of an old node that begins at `starts`, as a node of the new graph.
  func slice(
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
