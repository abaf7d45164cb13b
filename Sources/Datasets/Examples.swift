/// A list of images of one shape, some or all of a block that several lists share.
public struct Examples: Sendable {
  /// Rows of an image.
  public let height: Int
  /// Pixels in a row.
  public let width: Int
  /// 1 or 3.
  public let channels: Int
  private let samples: Samples
  /// Position in `samples` of each example.
  private let positions: [Int]

  init(shape: ImageShape, samples: Samples, positions: [Int]) {
    height = shape.height
    width = shape.width
    channels = shape.channels
    self.samples = samples
    self.positions = positions
  }

  /// Number of examples.
  public var count: Int { positions.count }

  /// Whether pixels are kept as bytes rather than floats.
  public var isEightBit: Bool {
    if case .bytes = samples { true } else { false }
  }

  /// Writes the pixels of one example as floats.
  ///
  /// - Parameters:
  ///   - index: In 0..<count.
  ///   - target: Shape [H, W, C], all of it is written.
  ///   - range: What black and white become.
  public func copy(
    _ index: Int, into target: UnsafeMutableBufferPointer<Float>, range: ValueRange
  ) {
    let count = height * width * channels
    precondition(target.count == count, "the target does not have the size of an example")
    guard let target = target.baseAddress else { return }
    let start = positions[index] * count
    switch samples {
    case .bytes(let values):
      // White is 255, or 127.5 from the middle.
      let (divisor, black): (Float, Float) = range == .unit ? (255, 0) : (127.5, -1)
      values.withUnsafeBufferPointer { buffer in
        guard let source = buffer.baseAddress?.advanced(by: start) else { return }
        for i in 0..<count { target[i] = Float(source[i]) / divisor + black }
      }
    case .floats(let values):
      let (scale, black): (Float, Float) = range == .unit ? (1, 0) : (2, -1)
      values.withUnsafeBufferPointer { buffer in
        guard let source = buffer.baseAddress?.advanced(by: start) else { return }
        for i in 0..<count { target[i] = source[i] * scale + black }
      }
    }
  }
}
