/// The images or sounds that feature vectors were made from, for metrics that look at them directly.
public struct RawExamples: Sendable, Equatable {
  /// Shape of one example: [H, W, C] for an image, [T, 1] for a sound.
  public let shape: [Int]
  /// The values, shape [N, H, W, C] in 0…1 for images, or [N, T, 1] in −1…1 for sounds.
  public let values: [Float]

  /// Creates examples from an array of their values.
  ///
  /// - Throws: `UnusableNumber` for a number that is not finite, or exceeds 1e15 in size.
  /// - Precondition: `shape` is of rank 3 (images) or 2 (sounds), has no zero, and divides the number of
  ///   values.
  public init(_ values: [Float], shape: [Int]) throws(UnusableNumber) {
    self.init(computed: values, shape: shape)
    try requireUsable(values, width: size)
  }

  /// Creates examples from values that were computed from others, which are not checked.
  init(computed values: [Float], shape: [Int]) {
    let size = shape.reduce(1, *)
    precondition(shape.count == 2 || shape.count == 3, "neither images nor sounds")
    precondition(size > 0 && values.count % size == 0, "values do not fill examples")
    self.shape = shape
    self.values = values
  }

  /// Numbers in one example.
  public var size: Int { shape.reduce(1, *) }
  /// Number of examples.
  public var count: Int { values.count / size }
  /// True for images, false for sounds.
  public var areImages: Bool { shape.count == 3 }

  /// Some of the examples, in the order given.
  public func rows(_ positions: [Int]) -> RawExamples {
    var chosen: [Float] = []
    chosen.reserveCapacity(positions.count * size)
    for row in positions { chosen += values[row * size..<(row + 1) * size] }
    return RawExamples(computed: chosen, shape: shape)
  }
}
