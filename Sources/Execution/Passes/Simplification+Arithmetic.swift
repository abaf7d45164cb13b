import Autodiff

/// Folds known numbers and removes arithmetic that changes nothing.
///
///     add(x, 0) → x          multiply(x, -1) → negate(x)      add(a, negate(b)) → subtract(a, b)
///     multiply(x, 1) → x     negate(negate(x)) → x            multiply(2, 3) → 6
extension Simplifier {
  mutating func unary(_ function: Operation.Unary, _ x: Int, _ scope: String) throws -> Int? {
    if function == .negate, node(x).operation == .unary(.negate) { return node(x).inputs[0] }
    guard let value = constant(x) else { return nil }
    switch function {
    case .negate: return try filled(-value, shape(x), scope)
    case .sqrt: return try filled(value.squareRoot(), shape(x), scope)
    case .abs: return try filled(Swift.abs(value), shape(x), scope)
    default: return nil
    }
  }

  mutating func binary(
    _ function: Operation.Binary, _ a: Int, _ b: Int, _ scope: String
  ) throws -> Int? {
    if let x = constant(a), let y = constant(b) {
      return try filled(Float(function.value(Double(x), Double(y))), shape(a), scope)
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

  /// Moves the transpose of a matrix into its product, which takes either side as it lies or transposed:
  /// `matmul(transpose(x), y) → matmul(x transposed, y)`.
  mutating func matmul(
    _ transposeA: Bool, _ transposeB: Bool, _ inputs: [Int], _ shape: Shape, _ scope: String
  ) throws -> Int {
    func untransposed(_ id: Int, _ flag: Bool) -> (Int, Bool) {
      node(id).operation
        == .transpose(permutation: Array(self.shape(id).indices).withLastTwoSwapped)
        ? (node(id).inputs[0], !flag) : (id, flag)
    }
    let (a, flagA) = untransposed(inputs[0], transposeA)
    let (b, flagB) = untransposed(inputs[1], transposeB)
    return try make(.matmul(transposeA: flagA, transposeB: flagB), [a, b], shape, scope)
  }
}
