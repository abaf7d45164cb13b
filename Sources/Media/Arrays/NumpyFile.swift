package import Files
internal import Foundation

/// An array from a `.npy` file, in C order.
public struct NumpyArray: Sendable, Equatable {
  /// Extents, outermost first.
  public let shape: [Int]
  /// uint8 as bytes, the other types as floats.
  public let samples: Samples

  /// The elements as floats; bytes keep their 0 to 255.
  public var floats: [Float] {
    switch samples {
    case .bytes(let values): values.map { Float($0) }
    case .floats(let values): values
    }
  }
}

/// Reads and writes NumPy's `.npy` files.
public enum NumpyFile {
  /// Reads an array of uint8, float32 or float64, of any rank.
  ///
  /// float64 is rounded to float32.
  ///
  /// - Throws: `FileError` if the file cannot be read; `DataError` if it holds another type, is big-endian
  ///   or in Fortran order, or its length is not what its header says.
  public static func read(_ path: String) throws -> NumpyArray {
    try read(path, accepting: images)
  }

  /// Reads the extents of an array, outermost first, from its header.
  ///
  /// - Throws: `DataError` or `FileError` if the header cannot be read.
  public static func shape(_ path: String) throws -> [Int] {
    let file = try FileReader(path)
    return try NumpyHeader(file, accepting: [.uint8, .int16, .float32, .float64]).shape
  }

  /// Element types that arrays of images may have.
  package static let images: [NumpyHeader.Element] = [.uint8, .float32, .float64]

  /// Reads an array of one of the accepted types; int16 is divided by 32,768, as in sounds.
  package static func read(_ path: String, accepting elements: [NumpyHeader.Element]) throws
    -> NumpyArray
  {
    let file = try FileReader(path)
    let header = try NumpyHeader(file, accepting: elements)
    let held = header.element == .uint8 ? 1 : MemoryLayout<Float>.size
    try requireMemory(max(file.size, product([header.count, held]) ?? .max), file: path)
    let samples: Samples
    switch header.element {
    case .uint8:
      samples = .bytes(try file.bytes(at: header.dataOffset, upTo: header.count))
    case .float32:
      samples = .floats(
        try [Float](unsafeUninitializedCapacity: header.count) { buffer, initialized in
          try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: header.dataOffset)
          initialized = header.count
        })
    case .float64:
      samples = .floats(try converted(file, header) { (value: Double) in Float(value) })
    case .int16:
      samples = .floats(try converted(file, header) { (value: Int16) in Float(value) / 32_768 })
    case .int32:
      samples = .floats(try converted(file, header) { (value: Int32) in Float(value) })
    case .int64:
      samples = .floats(try converted(file, header) { (value: Int64) in Float(value) })
    }
    return NumpyArray(shape: header.shape, samples: samples)
  }

  /// Writes a float32 array, under a temporary name that is then renamed.
  ///
  /// - Parameter values: Elements in C order, as many as `shape` says.
  /// - Throws: See `AtomicFile.write`.
  public static func write(
    _ values: UnsafeBufferPointer<Float>, shape: [Int], to path: String
  ) throws {
    precondition(shape.reduce(1, *) == values.count, "values do not fill the shape")
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(numpyShape(shape)), }"
    // The data start at a multiple of 64 bytes; 10 bytes come before the text, a newline after it.
    let padding = 63 - (10 + text.utf8.count) % 64
    let length = UInt16(text.utf8.count + padding + 1)
    var data = Data(NumpyHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)])
    data.reserveCapacity(10 + Int(length) + values.count * 4)
    data.append(contentsOf: (text + String(repeating: " ", count: padding) + "\n").utf8)
    data.append(contentsOf: UnsafeRawBufferPointer(values))
    try AtomicFile.write(data, to: URL(fileURLWithPath: path))
  }

  /// Reads elements in parts and converts each of them.
  package static func converted<Element: BitwiseCopyable & ExpressibleByIntegerLiteral, Result>(
    _ file: borrowing FileReader, _ header: NumpyHeader, _ convert: (Element) -> Result
  ) throws -> [Result] {
    let (chunk, size) = (1 << 16, MemoryLayout<Element>.size)
    var values: [Result] = []
    values.reserveCapacity(header.count)
    var elements = [Element](repeating: 0, count: min(chunk, header.count))
    for start in stride(from: 0, to: header.count, by: chunk) {
      let count = min(chunk, header.count - start)
      try elements.withUnsafeMutableBytes { bytes in
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(count * size)])
        try file.read(into: part, at: header.dataOffset + start * size)
      }
      values.append(contentsOf: elements[..<count].lazy.map(convert))
    }
    return values
  }
}
