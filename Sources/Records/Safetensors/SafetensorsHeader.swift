internal import Complaints
internal import Foundation

/// The header of a safetensors file.
struct SafetensorsHeader {
  /// The description of one tensor.
  struct Entry {
    let name: String
    let type: SafetensorsType
    let shape: [Int]
    /// Its bytes, counted from the end of the header.
    let range: Range<Int>
  }

  /// Tensors in the order in which the header lists them.
  let entries: [Entry]
  let metadata: [String: String]

  /// Parses a header and checks that its tensors fill the rest of the file, each byte once.
  ///
  /// - Parameter dataCount: Number of bytes behind the header.
  /// - Throws: `InputError`.
  init(_ bytes: [UInt8], dataCount: Int, place: SourcePlace) throws {
    var json = JSONCursor(bytes, place: place)
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    // Names are compared as bytes, since different names may be equal by Unicode's rules.
    var seen: Set<[UInt8]> = []
    try json.object { json, name in
      guard seen.insert(Array(name.utf8)).inserted else {
        throw InputError(place, "the header names \(jsonQuoted(name)) twice")
      }
      if name == Safetensors.metadataKey {
        var keys: Set<[UInt8]> = []
        try json.object { json, key in
          guard keys.insert(Array(key.utf8)).inserted else {
            throw InputError(place, "the metadata name \(jsonQuoted(key)) twice")
          }
          metadata[key] = try json.string()
        }
      } else {
        entries.append(try Self.entry(&json, name, place))
      }
    }
    try json.end()
    self.entries = entries
    self.metadata = metadata
    try checkCoverage(dataCount, place)
  }

  private static func entry(
    _ json: inout JSONCursor, _ name: String, _ place: SourcePlace
  ) throws -> Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try json.object { json, key in
      switch key {
      case "dtype": typeName = try json.string()
      case "shape": shape = try json.integers()
      case "data_offsets": offsets = try json.integers()
      default: throw InputError(place, key: name, "unknown member \(jsonQuoted(key))")
      }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
      throw InputError(place, key: name, "needs dtype, shape and data_offsets [begin, end]")
    }
    guard let type = SafetensorsType(rawValue: typeName) else {
      let known = SafetensorsType.allCases.map(\.rawValue).joined(separator: ", ")
      throw InputError(
        place, key: name, expected: "a dtype of \(known)", found: jsonQuoted(typeName))
    }
    guard let size = byteCount(shape, type) else {
      throw InputError(place, key: name, "the shape \(shape) has more bytes than 2⁶³")
    }
    guard size == offsets[1] - offsets[0] else {
      throw InputError(
        place, key: name, expected: "\(size) bytes for \(typeName) \(shape)",
        found: "\(offsets[1] - offsets[0])")
    }
    return Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  private static func byteCount(_ shape: [Int], _ type: SafetensorsType) -> Int? {
    shape.reduce(type.byteCount) { product, side -> Int? in
      guard let result = product?.multipliedReportingOverflow(by: side), !result.overflow else {
        return nil
      }
      return result.partialValue
    }
  }

  private func checkCoverage(_ dataCount: Int, _ place: SourcePlace) throws {
    var end = 0
    let order = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in order {
      guard entry.range.upperBound <= dataCount else {
        throw InputError(
          place, key: entry.name,
          "its bytes end at \(entry.range.upperBound), "
            + "but the file has \(dataCount) bytes of data: it is cut short or damaged")
      }
      guard entry.range.lowerBound == end else {
        let fault = entry.range.lowerBound < end ? "overlap another tensor's" : "follow a gap"
        throw InputError(place, key: entry.name, "its bytes \(fault)")
      }
      end = entry.range.upperBound
    }
    guard end == dataCount else {
      throw InputError(place, "\(dataCount - end) bytes at the end belong to no tensor")
    }
  }
}

/// The element types of the format. Only those that conform to `SafetensorsElement` can be read here.
public enum SafetensorsType: String, Sendable, CaseIterable {
  /// Floating point.
  case f64 = "F64", f32 = "F32", f16 = "F16", bf16 = "BF16"
  /// Signed integers.
  case i64 = "I64", i32 = "I32", i16 = "I16", i8 = "I8"
  /// Unsigned integers.
  case u64 = "U64", u32 = "U32", u16 = "U16", u8 = "U8"
  /// A byte that is 0 or 1.
  case bool = "BOOL"

  /// Bytes of one element.
  var byteCount: Int {
    switch self {
    case .f64, .i64, .u64: 8
    case .f32, .i32, .u32: 4
    case .f16, .bf16, .i16, .u16: 2
    case .i8, .u8, .bool: 1
    }
  }
}
