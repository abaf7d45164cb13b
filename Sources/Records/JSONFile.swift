internal import Complaints
internal import Files
package import Foundation

/// Reads JSON that `writeJSON` wrote.
///
/// - Parameter expected: What the file is, for errors.
/// - Returns: Nil when there is no such file.
/// - Throws: `InputError` if the file is something else; `FileError` if it cannot be read.
package func readJSON<Value: Decodable>(
  _ type: Value.Type, from url: URL, as expected: String
) throws -> Value? {
  guard let data = try readFile(url) else { return nil }
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .iso8601
  do {
    return try decoder.decode(Value.self, from: data)
  } catch {
    throw InputError(
      SourcePlace(file: url.path), expected: expected,
      found: "something else: \(describe(error))")
  }
}

/// Writes a value as JSON: keys in alphabetical order, times as ISO 8601 in UTC.
///
/// - Parameter isDurable: See `AtomicFile`.
/// - Throws: `FileError`; `InputError` as `jsonData`.
package func writeJSON(_ value: some Encodable, to url: URL, isDurable: Bool = true) throws {
  try AtomicFile.write(jsonData(value, of: url.path), to: url, isDurable: isDurable)
}

/// A value as JSON that ends a line: keys in alphabetical order, times as ISO 8601 in UTC.
///
/// - Parameter name: What the JSON is, for errors.
/// - Throws: `InputError` naming the key of a number that is not finite, which JSON has no word for.
package func jsonData(_ value: some Encodable, of name: String) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .iso8601
  do {
    return try encoder.encode(value) + [UInt8(ascii: "\n")]
  } catch EncodingError.invalidValue(let value, let context) {
    let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    throw InputError(
      SourcePlace(file: name), key: keys.joined(separator: "."), expected: "a finite number",
      found: "\(value)")
  }
}

private func describe(_ error: any Error) -> String {
  switch error {
  case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
    DecodingError.dataCorrupted(let context):
    (context.codingPath.last.map { "\($0.stringValue): " } ?? "") + context.debugDescription
  default: error.localizedDescription
  }
}
