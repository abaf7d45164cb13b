import Autodiff

/// Removes movements that do nothing or undo each other, and merges those that one movement can do.
///
///     reshape(reshape(x)) → reshape(x)            slice(slice(x)) → slice(x)
///     transpose(transpose(x)) → transpose(x)      slice(concatenate(a, b)) → slice(b), where it lies within b
///     transpose(x [1, n]) → reshape(x) [n, 1]     slice(x) → x, where it is all of x
extension Simplifier {
  mutating func movement(
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
  /// True for the movement that can reorder elements although the shape stays the same.
  fileprivate var movesElements: Bool {
    if case .transpose = self { return true }
    return false
  }
}
