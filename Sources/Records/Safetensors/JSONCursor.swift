internal import Complaints
internal import Foundation

/// Parses the subset of JSON that safetensors headers use, from front to back.
///
/// Foundation's decoder reads only the strings. Of several members with one name in an object it would
/// silently keep the last.
struct JSONCursor {
  private let bytes: [UInt8]
  private let place: SourcePlace
  private var position = 0

  init(_ bytes: [UInt8], place: SourcePlace) {
    self.bytes = bytes
    self.place = place
  }

  /// Reads `{"name": …, …}`; `member` reads the value of each name.
  mutating func object(_ member: (inout JSONCursor, String) throws -> Void) throws {
    try expect("{")
    if accept("}") { return }
    repeat {
      let name = try string()
      try expect(":")
      try member(&self, name)
    } while accept(",")
    try expect("}")
  }

  /// Reads `[1, 2, …]`.
  mutating func integers() throws -> [Int] {
    var integers: [Int] = []
    try expect("[")
    if accept("]") { return integers }
    repeat { integers.append(try integer()) } while accept(",")
    try expect("]")
    return integers
  }

  /// Reads a string.
  mutating func string() throws -> String {
    try expect("\"")
    let start = position - 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else { throw fault("a string that does not end") }
    position += 1
    let literal = Data(bytes[start..<position])
    guard let text = try? JSONDecoder().decode(String.self, from: literal) else {
      throw fault("a string that is not valid")
    }
    return text
  }

  /// Makes sure that nothing but white space follows.
  mutating func end() throws {
    skipSpace()
    if position < bytes.count { throw fault("more behind its end") }
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw fault("no whole number from 0 to 2⁶³ − 1")
    }
    position += digits.count
    return value
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else { throw fault("no \"\(character)\"") }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, " \t\n\r".utf8.contains(bytes[position]) { position += 1 }
  }

  private func fault(_ what: String) -> InputError {
    InputError(
      place, "the header is not the JSON of a safetensors file: \(what) at byte \(position)")
  }
}
