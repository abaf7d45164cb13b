internal import Media
internal import Files

/// The numbers of all examples of a source: in memory of this process, or in a file of the cache, whose memory all
/// processes share that read it.
struct SampleBlock: Sendable {
  private enum Storage: Sendable {
    case memory(Samples)
    case mapped(MappedFile)
  }

  private let storage: Storage
  /// Whether the numbers are floats rather than bytes.
  let isFloat: Bool
  /// How many numbers there are.
  let count: Int

  /// Keeps numbers in memory.
  init(_ samples: Samples) {
    storage = .memory(samples)
    count = samples.count
    if case .floats = samples { isFloat = true } else { isFloat = false }
  }

  /// Takes the rest of a file from an offset on.
  init(_ file: MappedFile, isFloat: Bool) {
    storage = .mapped(file)
    self.isFloat = isFloat
    count = file.bytes.count / (isFloat ? 4 : 1)
  }

  static func bytes(_ values: [UInt8]) -> SampleBlock { SampleBlock(.bytes(values)) }
  static func floats(_ values: [Float]) -> SampleBlock { SampleBlock(.floats(values)) }

  /// Joins numbers, as floats where all are.
  init(joining parts: [SampleBlock]) { self.init(Samples(joining: parts.map(\.samples))) }

  /// The numbers in memory; a copy where they are in a file.
  private var samples: Samples {
    switch storage {
    case .memory(let samples): samples
    case .mapped:
      withUnsafeBytes { bytes in
        isFloat ? .floats(Array(bytes.bindMemory(to: Float.self))) : .bytes(Array(bytes))
      }
    }
  }

  /// Looks at all numbers as they are stored, floats in the machine's order.
  func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch storage {
    case .memory(.bytes(let values)): try values.withUnsafeBytes(body)
    case .memory(.floats(let values)): try values.withUnsafeBytes(body)
    case .mapped(let file): try withExtendedLifetime(file) { try body(file.bytes) }
    }
  }
}
