internal import Media

/// Known examples that no data have, planted among the training examples with so many repeats each, to see which of
/// them a model gives back.
///
/// A canary depends on nothing but its number and the shape of the examples, so that all arms and seeds of an ablation
/// plant the same ones. Those numbered below `planted` are planted; any other is drawn alike and never planted, so that
/// it may serve as a control.
///
/// Source: N. Carlini et al. 2019, "The secret sharer", arXiv:1802.08232, §4.
public struct Canaries: Sendable, Equatable {
  /// Number of canaries of each number of repeats.
  public let count: Int
  /// Numbers of rows that a canary takes among those that a model is trained on.
  public let repeats: [Int]
  /// Samples a second of sounds; nil for images.
  public let sampleRateHz: Int?

  /// Describes canaries; see the properties.
  public init(count: Int, repeats: [Int], sampleRateHz: Int? = nil) {
    (self.count, self.repeats, self.sampleRateHz) = (count, repeats, sampleRateHz)
  }

  /// Number of canaries that are planted.
  public var planted: Int { count * repeats.count }

  /// Number of rows that they take.
  public var rows: Int { count * repeats.reduce(0, +) }

  /// Number of repeats of each planted canary, in the order of their numbers.
  public var repeatsOfPlanted: [Int] { repeats.flatMap { Array(repeating: $0, count: count) } }

  /// Draws canaries by their numbers, images in 0…1 and sounds in −1…1.
  ///
  /// - Parameter shape: Shape of an example: [H, W, C] or [T, 1].
  /// - Returns: Shape [N] + `shape`.
  public func values(_ numbers: Range<Int>, shape: [Int]) -> [Float] {
    numbers.flatMap { number in
      sampleRateHz.map { Self.tone(number, length: shape[0], sampleRateHz: $0) }
        ?? Self.noise(number, shape)
    }
  }

  /// The rows to be planted: every canary as often as it is repeated.
  func examples(shape: [Int]) -> Examples {
    Examples(
      values(0..<planted, shape: shape), shape: shape,
      range: sampleRateHz == nil ? .unit : .symmetric,
      positions: repeatsOfPlanted.enumerated().flatMap { Array(repeating: $0, count: $1) })
  }
}
