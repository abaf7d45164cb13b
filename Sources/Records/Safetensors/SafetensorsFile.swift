internal import Complaints
internal import Files
public import Foundation

/// An element type that tensors can be read as.
public protocol SafetensorsElement: BitwiseCopyable {
  /// Its name in the format.
  static var safetensorsType: SafetensorsType { get }
}

extension Float: SafetensorsElement {
  /// `F32`.
  public static var safetensorsType: SafetensorsType { .f32 }
}

extension Double: SafetensorsElement {
  /// `F64`.
  public static var safetensorsType: SafetensorsType { .f64 }
}

extension Int64: SafetensorsElement {
  /// `I64`.
  public static var safetensorsType: SafetensorsType { .i64 }
}

extension UInt8: SafetensorsElement {
  /// `U8`.
  public static var safetensorsType: SafetensorsType { .u8 }
}

/// A safetensors file open for reading; its header has been checked, its data is read on demand.
public struct SafetensorsFile: ~Copyable {
  /// The largest header that the reference implementation accepts, in bytes.
  private static let largestHeader = 100_000_000

  /// The texts kept with the tensors.
  public let metadata: [String: String]

  private let file: FileReader
  /// Offset of the data in the file, in bytes.
  private let dataStart: Int
  private let entries: [SafetensorsHeader.Entry]
  /// Indices into `entries` by the bytes of the name.
  private let indices: [[UInt8]: Int]

  /// Opens a file and checks its header against its size, before anything of a size that the file
  /// merely claims is allocated.
  ///
  /// - Throws: `InputError` if it is no safetensors file or a damaged one; `FileError` if it cannot
  ///   be read.
  public init(_ url: URL) throws {
    let file = try FileReader(url.path)
    let place = SourcePlace(file: url.path)
    let bytes = try Self.headerBytes(file, place)
    let dataStart = 8 + bytes.count
    let header = try SafetensorsHeader(bytes, dataCount: file.size - dataStart, place: place)
    self.init(file, header, dataStart: dataStart)
  }

  private init(_ file: consuming FileReader, _ header: SafetensorsHeader, dataStart: Int) {
    self.file = file
    self.dataStart = dataStart
    metadata = header.metadata
    entries = header.entries
    indices = Dictionary(
      uniqueKeysWithValues: header.entries.enumerated().map { (Array($1.name.utf8), $0) })
  }

  private static func headerBytes(
    _ file: borrowing FileReader, _ place: SourcePlace
  ) throws -> [UInt8] {
    guard file.size >= 8 else {
      throw InputError(place, expected: "a safetensors file", found: "only \(file.size) bytes")
    }
    let count = try file.read(8, at: 0).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    let largest = min(file.size - 8, largestHeader)
    guard count <= UInt64(largest) else {
      throw InputError(
        place, expected: "a safetensors file with a header of at most \(largest) bytes",
        found: "a claim of \(count)")
    }
    return try file.read(Int(count), at: 8)
  }

  /// The names of the tensors, in the order of the header.
  public var names: [String] { entries.map(\.name) }

  /// The shape of a tensor, empty for a scalar; nil if there is no such tensor.
  public func shape(of name: String) -> [Int]? { index(name).map { entries[$0].shape } }

  /// The element type of a tensor; nil if there is no such tensor.
  public func type(of name: String) -> SafetensorsType? { index(name).map { entries[$0].type } }

  /// Reads a tensor into the caller's memory.
  ///
  /// - Parameter values: As many elements as the tensor has, of its type.
  /// - Throws: `InputError` if there is no such tensor, or one of another type or size; `FileError`.
  public func read<Element: SafetensorsElement>(
    _ name: String, into values: UnsafeMutableBufferPointer<Element>
  ) throws {
    let entry = try entry(name, Element.safetensorsType)
    let bytes = UnsafeMutableRawBufferPointer(values)
    guard bytes.count == entry.range.count else {
      throw InputError(
        place, key: name, expected: "\(values.count) elements", found: "the shape \(entry.shape)")
    }
    try file.read(into: bytes, at: dataStart + entry.range.lowerBound)
  }

  /// Reads a tensor as an array.
  ///
  /// - Throws: `InputError` if there is no such tensor, or one of another type; `FileError`.
  public func read<Element: SafetensorsElement>(
    _ name: String, as type: Element.Type = Element.self
  ) throws -> [Element] {
    let entry = try entry(name, Element.safetensorsType)
    let count = entry.range.count / MemoryLayout<Element>.stride
    return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(name, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  private func index(_ name: String) -> Int? { indices[Array(name.utf8)] }

  private var place: SourcePlace { SourcePlace(file: file.path) }

  private func entry(
    _ name: String, _ type: SafetensorsType
  ) throws -> SafetensorsHeader.Entry {
    guard let index = index(name) else {
      throw InputError(
        place, key: name, expected: "a tensor of this name", found: "none",
        suggestion: nearestName(to: name, among: names))
    }
    let entry = entries[index]
    guard entry.type == type else {
      throw InputError(
        place, key: name, expected: "elements of type \(type.rawValue)",
        found: entry.type.rawValue)
    }
    return entry
  }
}
