package import Files
internal import Complaints

/// The header of a `.npy` file.
///
/// Source: NumPy, "NEP 1 — A simple file format for NumPy arrays", versions 1.0 to 3.0.
package struct NumpyHeader {
  /// Element types that can be read, with their names in headers.
  package enum Element: String {
    case uint8 = "|u1"
    case float32 = "<f4"
    case float64 = "<f8"
    case int16 = "<i2"
    case int32 = "<i4"
    case int64 = "<i8"

    /// Bytes of one number.
    package var byteCount: Int {
      switch self {
      case .uint8: 1
      case .int16: 2
      case .float32, .int32: 4
      case .float64, .int64: 8
      }
    }

    /// NumPy's name, such as `float32`.
    package var name: String { "\(self)" }
  }

  /// Type of the elements.
  package let element: Element
  /// Extents, outermost first.
  package let shape: [Int]
  /// Number of elements.
  package let count: Int
  /// Offset of the elements in the file, in bytes.
  package let dataOffset: Int

  /// The bytes that every `.npy` file starts with.
  package static let magic: [UInt8] = [0x93] + "NUMPY".utf8
  /// Largest accepted length of a header in bytes. NumPy itself refuses more than 10,000 by default.
  private static let lengthLimit = 65_535

  /// Reads a file's header and checks the size that it promises against the file's length.
  ///
  /// - Parameter elements: Accepted element types, at least two.
  /// - Throws: `DataError` if it is not a `.npy` file that can be read as it is; `FileError` if it cannot
  ///   be read at all.
  package init(_ file: borrowing FileReader, accepting elements: [Element]) throws {
    let path = file.path
    let (textOffset, length) = try Self.textPlace(file)
    let text = try file.bytes(at: textOffset, upTo: length)
    guard text.count == length else {
      throw DataError(
        file: path,
        problem: "truncated: expected a header of \(length) bytes, found \(text.count)")
    }
    dataOffset = textOffset + length
    let dictionary = NumpyDictionary(text: String(decoding: text, as: UTF8.self), file: path)
    element = try dictionary.element(accepting: elements)
    try dictionary.checkOrder()
    shape = try dictionary.shape()
    let available = file.size - dataOffset
    count = try Self.elementCount(shape, element: element, available: available, path)
  }

  /// Offset of the header's dictionary, and its length in bytes.
  private static func textPlace(
    _ file: borrowing FileReader
  ) throws -> (offset: Int, length: Int) {
    let start = try file.bytes(upTo: 12)
    guard start.starts(with: magic) else {
      let found = start.isEmpty ? "an empty file" : hexadecimal(start.prefix(6))
      throw DataError(
        file: file.path,
        problem: "not a .npy file: expected it to start with \(hexadecimal(magic)), found \(found)")
    }
    guard start.count == 12 else {
      throw DataError(file: file.path, problem: "truncated: the header is cut short")
    }
    guard (1...3).contains(start[6]) else {
      throw DataError(
        file: file.path, problem: "expected version 1, 2 or 3 of the .npy format, found \(start[6])"
      )
    }
    // The length has two bytes in version 1 and four in the others, little-endian.
    let offset = start[6] == 1 ? 10 : 12
    let length = start[8..<offset].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= lengthLimit else {
      throw DataError(
        file: file.path,
        problem: "expected a header of at most \(lengthLimit) bytes, found \(length)")
    }
    return (offset, length)
  }

  private static func elementCount(
    _ shape: [Int], element: Element, available: Int, _ path: String
  ) throws -> Int {
    guard let bytes = product([element.byteCount] + shape) else {
      throw DataError(
        file: path,
        problem: "the header's shape \(numpyShape(shape)) is more than any file can hold")
    }
    guard bytes == available else {
      throw DataError(
        file: path,
        problem: (available < bytes ? "truncated: " : "longer than its header says: ")
          + "expected \(bytes) bytes of data for the shape \(numpyShape(shape)), found \(available)"
      )
    }
    return bytes / element.byteCount
  }
}

/// The Python dictionary literal in a `.npy` header.
private struct NumpyDictionary {
  let text: String
  let file: String

  func element(accepting elements: [NumpyHeader.Element]) throws -> NumpyHeader.Element {
    let value = try value(of: "descr")
    let names = elements.map(\.name)
    let found =
      "expected \(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1]), found "
    guard let quote = value.first, quote == "'" || quote == "\"" else {
      throw DataError(file: file, problem: found + "a structured type")
    }
    let name = String(value.dropFirst().prefix { $0 != quote })
    if let element = NumpyHeader.Element(rawValue: name), elements.contains(element) {
      return element
    }
    switch name.first {
    case "|" where name.hasPrefix("|O"):
      throw DataError(
        file: file, problem: found + "Python objects ('\(name)'), which are pickled and not read")
    case ">":
      throw DataError(
        file: file,
        problem: "expected little-endian numbers, found big-endian ones ('\(name)'); "
          + "convert with array.astype('\("<" + name.dropFirst())')")
    default: throw DataError(file: file, problem: found + "'\(name)'")
    }
  }

  func checkOrder() throws {
    let value = try value(of: "fortran_order")
    if value.hasPrefix("False") { return }
    guard value.hasPrefix("True") else { throw malformed("fortran_order") }
    throw DataError(
      file: file,
      problem: "expected C order, found Fortran order; convert with numpy.ascontiguousarray(array)")
  }

  func shape() throws -> [Int] {
    let value = try value(of: "shape")
    guard value.first == "(", let end = value.firstIndex(of: ")") else { throw malformed("shape") }
    var parts = value[..<end].dropFirst().split(separator: ",", omittingEmptySubsequences: false)
    // A tuple of one ends in a comma: (3,).
    if parts.last?.allSatisfy(\.isWhitespace) == true { parts.removeLast() }
    return try parts.map { part in
      guard let extent = Int(part.filter { !$0.isWhitespace }), extent >= 0 else {
        throw malformed("shape")
      }
      return extent
    }
  }

  private func value(of key: String) throws -> Substring {
    for quoted in ["'\(key)'", "\"\(key)\""] {
      guard let found = text.firstRange(of: quoted) else { continue }
      let rest = text[found.upperBound...].drop(while: \.isWhitespace)
      guard rest.first == ":" else { break }
      return rest.dropFirst().drop(while: \.isWhitespace)
    }
    throw malformed(key)
  }

  private func malformed(_ key: String) -> DataError {
    DataError(file: file, problem: "the .npy header has no valid '\(key)'")
  }
}

/// A shape as NumPy prints it, such as `(3,)` or `(3, 4)`.
package func numpyShape(_ shape: [Int]) -> String {
  shape.count == 1
    ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
}
