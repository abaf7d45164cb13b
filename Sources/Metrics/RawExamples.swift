/// The images or sounds that feature vectors were made from, for metrics that look at them directly.
public struct RawExamples: Sendable, Equatable {
  /// Of one example: [H, W, C] of an image, [T, 1] of a sound.
  public let shape: [Int]
  /// Shape [N, H, W, C] in 0…1, or [N, T, 1] in −1…1.
  public let values: [Float]

  /// Names the examples in an array.
  ///
  /// - Throws: `UnusableNumber` for one that is not finite, or beyond 1e15.
  /// - Precondition: `shape` is of rank 3 (images) or 2 (sounds), has no zero, and divides the number of
  ///   values.
  public init(_ values: [Float], shape: [Int]) throws(UnusableNumber) {
    self.init(computed: values, shape: shape)
    try requireUsable(values, width: size)
  }

  /// Names the examples in an array that was made of others.
  init(computed values: [Float], shape: [Int]) {
    let size = shape.reduce(1, *)
    precondition(shape.count == 2 || shape.count == 3, "neither images nor sounds")
    precondition(size > 0 && values.count % size == 0, "values do not fill examples")
    self.shape = shape
    self.values = values
  }

  /// Numbers of one example.
  public var size: Int { shape.reduce(1, *) }
  /// Number of examples.
  public var count: Int { values.count / size }
  /// Whether these are images rather than sounds.
  public var areImages: Bool { shape.count == 3 }

  /// Some of the examples, in the order given.
  public func rows(_ positions: [Int]) -> RawExamples {
    var chosen: [Float] = []
    chosen.reserveCapacity(positions.count * size)
    for row in positions { chosen += values[row * size..<(row + 1) * size] }
    return RawExamples(computed: chosen, shape: shape)
  }
}
