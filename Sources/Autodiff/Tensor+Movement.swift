extension Tensor {
  /// The same elements in the same order under another shape.
  public func reshape(_ shape: Shape) throws -> Tensor {
    shape == self.shape ? self : try graph.add(.reshape, [self], shape: shape)
  }

  /// Repeats axes of size 1 (and leading axes that are missing) up to `shape`.
  public func broadcast(to shape: Shape) throws -> Tensor {
    if shape == self.shape { return self }
    let missing = [Int](repeating: 1, count: Swift.max(0, shape.count - rank))
    return try graph.add(.broadcast, [reshape(missing + self.shape)], shape: shape)
  }

  /// Axis i of the result is axis `permutation[i]` of this tensor.
  public func transpose(_ permutation: [Int]) throws -> Tensor {
    try graph.add(.transpose(permutation: permutation), [self])
  }

  /// The block of sizes `shape` that begins at `starts`.
  public func slice(from starts: [Int], shape: Shape) throws -> Tensor {
    try graph.add(.slice(starts: starts), [self], shape: shape)
  }

  /// Elements `range` along one axis.
  public func slice(axis: Int, _ range: Range<Int>) throws -> Tensor {
    var starts = shape.map { _ in 0 }
    var sizes = shape
    starts[axis] = range.lowerBound
    sizes[axis] = range.count
    return try slice(from: starts, shape: sizes)
  }

  /// This tensor inside a larger one of zeros, of shape `shape`, in which it begins at `low`.
  public func pad(low: [Int], to shape: Shape) throws -> Tensor {
    try graph.add(.pad(low: low), [self], shape: shape)
  }

  /// The elements of each channel at some places; zeros where a place is outside 0..<P.
  ///
  /// - Parameter places: Whole numbers, [N, Q].
  /// - Returns: [N, C, Q], where this tensor is [N, C, P].
  public func gathered(at places: Tensor) throws -> Tensor {
    try graph.add(.gather, [self, places])
  }

  /// The sums of the elements of each channel that go to one place, of `count` places.
  ///
  /// - Parameter places: Whole numbers, [N, Q]. Elements with a place outside 0..<P are left out.
  /// - Returns: [N, C, P], where this tensor is [N, C, Q] and P is `count`.
  public func scattered(to places: Tensor, of count: Int) throws -> Tensor {
    try graph.add(.scatter, [self, places], shape: [shape[0], shape[1], count])
  }

  /// Tensors one after another along `axis`.
  public static func concatenate(_ tensors: [Tensor], axis: Int) throws -> Tensor {
    precondition(!tensors.isEmpty, "nothing to concatenate")
    return try tensors[0].graph.add(.concatenate(axis: axis), tensors)
  }
}
