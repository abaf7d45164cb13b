extension Tensor {
  /// Sum over `axes`, nil for all axes. With `keepingAxes`, they stay with size 1.
  public func sum(axes: [Int]? = nil, keepingAxes: Bool = false) throws -> Tensor {
    try reduce(axes, keepingAxes) { .sum(axes: $0) }
  }

  /// Arithmetic mean over `axes`, nil for all axes.
  public func mean(axes: [Int]? = nil, keepingAxes: Bool = false) throws -> Tensor {
    let count = (axes ?? Array(shape.indices)).reduce(1) { $0 * shape[$1] }
    return try sum(axes: axes, keepingAxes: keepingAxes) / Float(count)
  }

  /// Largest element over `axes`, nil for all axes. Ties share the gradient equally.
  public func max(axes: [Int]? = nil, keepingAxes: Bool = false) throws -> Tensor {
    try reduce(axes, keepingAxes) { .max(axes: $0) }
  }

  /// The `count`-th smallest magnitude along each row of this tensor [R, n], without a derivative.
  ///
  /// - Returns: Shape [R, 1].
  public func smallestMagnitude(_ count: Int) throws -> Tensor {
    try graph.add(.smallestMagnitude(count: count), [self])
  }

  private func reduce(
    _ axes: [Int]?, _ keepingAxes: Bool, _ operation: ([Int]) -> Operation
  ) throws -> Tensor {
    let axes = (axes ?? Array(shape.indices)).sorted()
    let reduced = try graph.add(operation(axes), [self])
    if keepingAxes { return reduced }
    return try reduced.reshape(shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
  }
}
