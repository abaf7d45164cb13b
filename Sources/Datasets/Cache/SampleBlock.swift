internal import Media
internal import Files

/// The numbers of all examples of a source, in memory of this process or mapped from a cache file. All
/// processes that map the file share its memory.
struct SampleBlock: Sendable {
  private enum Storage: Sendable {
    case memory(Samples)
    case mapped(MappedFile)
  }

  private let storage: Storage
  /// True where the numbers are floats, false where they are bytes.
  let isFloat: Bool
  /// Count of the numbers.
  let count: Int

  /// Keeps numbers in memory.
  init(_ samples: Samples) {
    storage = .memory(samples)
    count = samples.count
    if case .floats = samples { isFloat = true } else { isFloat = false }
  }

  /// Uses the numbers of a mapped file.
  init(_ file: MappedFile, isFloat: Bool) {
    storage = .mapped(file)
    self.isFloat = isFloat
    count = file.bytes.count / (isFloat ? 4 : 1)
  }

  static func bytes(_ values: [UInt8]) -> SampleBlock { SampleBlock(.bytes(values)) }
  static func floats(_ values: [Float]) -> SampleBlock { SampleBlock(.floats(values)) }

  /// Concatenates blocks: as floats if all are floats, otherwise all in 8 bits.
  init(joining parts: [SampleBlock]) { self.init(Samples(joining: parts.map(\.samples))) }

  /// The numbers as arrays, copied where they are mapped from a file.
  private var samples: Samples {
    switch storage {
    case .memory(let samples): samples
    case .mapped:
      withUnsafeBytes { bytes in
        isFloat ? .floats(Array(bytes.bindMemory(to: Float.self))) : .bytes(Array(bytes))
      }
    }
  }

  /// Gives `body` all numbers as they are stored, floats in the machine's byte order.
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
