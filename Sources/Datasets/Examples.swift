internal import Machine
public import Media

/// A list of images or sounds of one shape. Several lists may share one block of numbers and show different
/// examples of it.
public struct Examples: Sendable {
  /// Shape of one example: [H, W, C] of an image, [T, 1] of a sound.
  public let shape: [Int]
  private let samples: SampleBlock
  /// Range of the block's floats.
  private let storedRange: ValueRange
  /// Position in `samples` of each example.
  private let positions: [Int]
  /// Number of the sound that each example is a window of, the same for all windows of one sound file. Nil
  /// where every example stands for itself.
  public let groups: [Int]?
  /// The class of each example, as an index into the names of the data set; empty where there are none.
  public private(set) var labels: [Int]

  /// - Parameter sources: Hash of the sound that each example is a window of; nil where every example
  ///   stands for itself.
  init(
    shape: [Int], samples: SampleBlock, storedRange: ValueRange, positions: [Int],
    sources: [UInt64]? = nil, labels: [Int] = []
  ) {
    self.shape = shape
    self.samples = samples
    self.storedRange = storedRange
    self.positions = positions
    groups = sources.flatMap(Self.groups)
    self.labels = labels
  }

  /// Makes a list from numbers, such as modified copies of another list's examples.
  ///
  /// - Parameters:
  ///   - values: Shape [N] + `shape`.
  ///   - range: Interval of `values`, from black to white of images or from −1 to 1 of sounds.
  ///   - positions: Indices of the N rows to list, in order; a row may be listed more than once.
  ///   - labels: The class of each listed example; none by default.
  public init(
    _ values: [Float], shape: [Int], range: ValueRange, positions: [Int], labels: [Int] = []
  ) {
    let count = values.count / max(1, shape.reduce(1, *))
    precondition(positions.allSatisfy { (0..<count).contains($0) }, "examples that are not there")
    self.init(
      shape: shape, samples: .floats(values), storedRange: range, positions: positions,
      labels: labels)
  }

  private static func groups(_ sources: [UInt64]) -> [Int]? {
    var numbers: [UInt64: Int] = [:]
    let groups = sources.map { source in
      let number = numbers[source] ?? numbers.count
      numbers[source] = number
      return number
    }
    return numbers.count < sources.count ? groups : nil
  }

  /// The same examples in the order of the files or array that they come from.
  public var inSourceOrder: Examples {
    let order = positions.indices.sorted { positions[$0] < positions[$1] }
    return Examples(self, order: order)
  }

  /// Some of the examples, in the order given.
  public func part(_ indices: [Int]) -> Examples { Examples(self, order: indices) }

  /// These examples and then others, in 8 bits where these are, so that precision tells nothing of them. What are
  /// windows of one sound is not kept.
  ///
  /// - Throws: `DataError` where they do not fit in memory.
  /// - Precondition: All have one shape and one range, and no classes.
  func followed(by others: Examples) throws -> Examples {
    precondition(shape == others.shape && storedRange == others.storedRange, "other examples")
    precondition(labels.isEmpty && others.labels.isEmpty, "examples with classes")
    try requireMemory(
      (samples.isFloat ? 4 : 1) * samples.count + 4 * others.samples.count,
      file: "\(count) training examples and canaries")
    let start = samples.count / size
    return Examples(
      shape: shape, samples: SampleBlock(joining: [samples, others.samples]),
      storedRange: storedRange, positions: positions + others.positions.map { start + $0 })
  }

  /// The same examples with other classes.
  func labelled(_ labels: [Int]) -> Examples {
    var examples = self
    examples.labels = labels
    return examples
  }

  private init(_ examples: Examples, order: [Int]) {
    (shape, samples, storedRange) = (examples.shape, examples.samples, examples.storedRange)
    positions = order.map { examples.positions[$0] }
    groups = examples.groups.map { groups in order.map { groups[$0] } }
    labels = examples.labels.isEmpty ? [] : order.map { examples.labels[$0] }
  }

  /// The same examples as other numbers in −1…1, such as sounds as spectrograms. They are made on all cores.
  ///
  /// - Parameters:
  ///   - shape: Shape of one of the new examples.
  ///   - convert: Makes one from an example in −1…1.
  /// - Throws: `DataError` where they do not fit in memory.
  public func converted(
    to shape: [Int], _ convert: @Sendable (UnsafeBufferPointer<Float>) -> [Float]
  ) throws -> Examples {
    let newSize = shape.reduce(1, *)
    try requireMemory(4 * count * newSize, file: "\(count) examples of shape \(shape)")
    let values = [Float](unsafeUninitializedCapacity: count * newSize) { buffer, filled in
      // Every example has a part of its own.
      nonisolated(unsafe) let target = buffer
      _ = onAllCores(Array(0..<count)) { index in
        let made = [Float](unsafeUninitializedCapacity: size) { example, filled in
          copy(
            index, into: UnsafeMutableBufferPointer(rebasing: example[..<size]), range: .symmetric)
          filled = size
        }.withUnsafeBufferPointer(convert)
        precondition(made.count == newSize, "an example has another shape")
        let part = UnsafeMutableBufferPointer(
          rebasing: target[index * newSize..<(index + 1) * newSize])
        _ = part.initialize(from: made)
      }
      filled = count * newSize
    }
    return Examples(self, as: .floats(values), shape: shape)
  }

  private init(_ examples: Examples, as samples: SampleBlock, shape: [Int]) {
    (self.shape, self.samples, storedRange) = (shape, samples, .symmetric)
    positions = Array(0..<examples.count)
    (groups, labels) = (examples.groups, examples.labels)
  }

  /// Number of examples.
  public var count: Int { positions.count }

  /// Count of numbers in one example.
  public var size: Int { shape.reduce(1, *) }

  /// True where the numbers are stored as bytes rather than floats.
  public var isEightBit: Bool {
    !samples.isFloat
  }

  /// All examples one after another, shape [N] + `shape`.
  ///
  /// - Parameter range: Interval of the result, from black to white of images or from −1 to 1 of sounds.
  public func floats(in range: ValueRange) -> [Float] {
    [Float](unsafeUninitializedCapacity: count * size) { buffer, filled in
      for index in 0..<count {
        let row = UnsafeMutableBufferPointer(rebasing: buffer[index * size..<(index + 1) * size])
        copy(index, into: row, range: range)
      }
      filled = count * size
    }
  }

  /// Gives `body` one example as it is stored: bytes, or floats in the machine's byte order.
  func withStoredBytes(of index: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    let byteCount = size * (samples.isFloat ? 4 : 1)
    let start = positions[index] * byteCount
    samples.withUnsafeBytes { block in
      body(UnsafeRawBufferPointer(rebasing: block[start..<start + byteCount]))
    }
  }

  /// Writes one example as floats.
  ///
  /// - Parameters:
  ///   - index: Index of the example, in 0..<count.
  ///   - target: Buffer of `size` numbers, all of which are written.
  ///   - range: Interval of the written floats, from black to white of images or from −1 to 1 of sounds.
  public func copy(
    _ index: Int, into target: UnsafeMutableBufferPointer<Float>, range: ValueRange
  ) {
    let count = size
    precondition(target.count == count, "the target does not have the size of an example")
    guard let target = target.baseAddress else { return }
    withStoredBytes(of: index) { bytes in
      guard samples.isFloat else {
        // Bytes are divided by 255 for 0…1, or by 127.5 and lowered by 1 for −1…1.
        let (divisor, black): (Float, Float) = range == .unit ? (255, 0) : (127.5, -1)
        guard let source = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
        for i in 0..<count { target[i] = Float(source[i]) / divisor + black }
        return
      }
      let (scale, lowest): (Float, Float) =
        switch (storedRange, range) {
        case (.unit, .symmetric): (2, -1)
        case (.symmetric, .unit): (0.5, 0.5)
        case (.unit, .unit), (.symmetric, .symmetric): (1, 0)
        }
      guard let source = bytes.bindMemory(to: Float.self).baseAddress else { return }
      for i in 0..<count { target[i] = source[i] * scale + lowest }
    }
  }
}
