extension Tensor {
  private func binary(_ function: Operation.Binary, _ other: Tensor) throws -> Tensor {
    let (a, b) = try broadcastTogether(other, for: function.rawValue)
    return try graph.add(.binary(function), [a, b])
  }

  private func broadcastTogether(_ other: Tensor, for name: String) throws -> (Tensor, Tensor) {
    guard let shape = shape.broadcast(with: other.shape) else {
      throw GraphError(
        scope: graph.currentScope, operation: name, expected: "shapes that broadcast",
        found: "\(self.shape) and \(other.shape)")
    }
    return (try broadcast(to: shape), try other.broadcast(to: shape))
  }

  private func unary(_ function: Operation.Unary) throws -> Tensor {
    try graph.add(.unary(function), [self])
  }

  /// Element-wise sum, with NumPy's broadcasting, as for all binary operations.
  public static func + (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.add, b) }
  /// Element-wise difference.
  public static func - (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.subtract, b) }
  /// Element-wise product.
  public static func * (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.multiply, b) }
  /// Element-wise quotient.
  public static func / (a: Tensor, b: Tensor) throws -> Tensor { try a.binary(.divide, b) }
  /// Adds a number.
  public static func + (a: Tensor, b: Float) throws -> Tensor { try a + a.graph.constant(b) }
  /// Subtracts a number.
  public static func - (a: Tensor, b: Float) throws -> Tensor { try a - a.graph.constant(b) }
  /// Multiplies by a number.
  public static func * (a: Tensor, b: Float) throws -> Tensor { try a * a.graph.constant(b) }
  /// Divides by a number.
  public static func / (a: Tensor, b: Float) throws -> Tensor { try a / a.graph.constant(b) }
  /// A number minus a tensor.
  public static func - (a: Float, b: Tensor) throws -> Tensor { try b.graph.constant(a) - b }
  /// A number divided by a tensor.
  public static func / (a: Float, b: Tensor) throws -> Tensor { try b.graph.constant(a) / b }
  /// Negation.
  public static prefix func - (a: Tensor) throws -> Tensor { try a.unary(.negate) }

  /// The larger of each pair.
  public func maximum(_ other: Tensor) throws -> Tensor { try binary(.maximum, other) }
  /// The larger of each element and a number.
  public func maximum(_ other: Float) throws -> Tensor { try maximum(graph.constant(other)) }
  /// The smaller of each pair.
  public func minimum(_ other: Tensor) throws -> Tensor { try binary(.minimum, other) }
  /// The smaller of each element and a number.
  public func minimum(_ other: Float) throws -> Tensor { try minimum(graph.constant(other)) }
  /// 1 where smaller than `other`, else 0; no gradient.
  public func less(than other: Tensor) throws -> Tensor { try binary(.less, other) }
  /// 1 where smaller than a number, else 0; no gradient.
  public func less(than other: Float) throws -> Tensor { try less(than: graph.constant(other)) }
  /// 1 where larger than a number, else 0; no gradient.
  public func greater(than other: Float) throws -> Tensor {
    try graph.constant(other).less(than: self)
  }
  /// 1 where smaller or equal, else 0; no gradient.
  public func lessOrEqual(_ other: Tensor) throws -> Tensor { try binary(.lessOrEqual, other) }
  /// 1 where equal, else 0; no gradient.
  public func equal(to other: Tensor) throws -> Tensor { try binary(.equal, other) }

  /// `a` where this tensor is not 0, else `b`; all three broadcast together.
  public func select(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let (x, y) = try a.broadcastTogether(b, for: "select")
    let (condition, _) = try broadcastTogether(x, for: "select")
    return try graph.add(
      .select, [condition, x.broadcast(to: condition.shape), y.broadcast(to: condition.shape)])
  }

  /// `a` where this tensor is not 0, else a number.
  public func select(_ a: Tensor, _ b: Float) throws -> Tensor { try select(a, graph.constant(b)) }

  /// eˣ.
  public func exp() throws -> Tensor { try unary(.exp) }
  /// Natural logarithm; NaN below 0.
  public func log() throws -> Tensor { try unary(.log) }
  /// Square root; NaN below 0.
  public func sqrt() throws -> Tensor { try unary(.sqrt) }
  /// Hyperbolic tangent.
  public func tanh() throws -> Tensor { try unary(.tanh) }
  /// 1/(1+e⁻ˣ).
  public func sigmoid() throws -> Tensor { try unary(.sigmoid) }
  /// log(1+eˣ), without overflow.
  public func softplus() throws -> Tensor { try unary(.softplus) }
  /// Sine of radians.
  public func sin() throws -> Tensor { try unary(.sin) }
  /// Cosine of radians.
  public func cos() throws -> Tensor { try unary(.cos) }
  /// Absolute value; its gradient at 0 is 0.
  public func abs() throws -> Tensor { try unary(.abs) }
  /// The largest whole number that is not above x; its gradient is 0.
  public func floor() throws -> Tensor { try unary(.floor) }
  /// x².
  public func squared() throws -> Tensor { try self * self }
  /// The same value, treated as a constant by gradients.
  public func stopGradient() throws -> Tensor { try graph.add(.stopGradient, [self]) }
}
