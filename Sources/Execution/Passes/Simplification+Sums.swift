import Autodiff

/// Moves factors that are the same along the summed axes out of sums. This saves the gradient of batch
/// normalisation one pass over the activations.
///
/// With f and g repeated along the n summed elements:
///
///     sum(x · f) → sum(x) · f             sum(f) → f · n
///     sum(negate(x)) → negate(sum(x))     sum(x·f + y·g) → sum(x)·f + sum(y)·g
extension Simplifier {
  /// The sum with its constant factors moved out and axes of size 1 skipped; nil where no rule applies.
  mutating func sum(
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

  /// The node without its repetition along `axes`, in the shape of the sum; nil where it is not repeated.
  private mutating func constantAlong(
    _ axes: [Int], _ id: Int, _ shape: Shape, _ scope: String
  ) throws -> Int? {
    guard node(id).operation == .broadcast, isRepeated(along: axes, id) else { return nil }
    return try simplified(.broadcast, [node(id).inputs[0]], shape, scope)
  }

  private func isRepeated(along axes: [Int], _ id: Int) -> Bool {
    node(id).operation == .broadcast && axes.allSatisfy { shape(node(id).inputs[0])[$0] == 1 }
  }

  /// True where a factor can be moved out of a sum of this node. A lone repetition does not count: splitting
  /// Σ(x − mean) into Σx − n·mean would subtract two large numbers, which loses accuracy.
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
