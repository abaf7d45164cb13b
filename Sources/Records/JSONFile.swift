internal import Complaints
internal import Files
package import Foundation

/// Reads JSON that `writeJSON` wrote.
///
/// - Parameters:
///   - expected: Kind of the file, for errors.
///   - remedy: Advice for a file that holds something else, such as one of an older form.
/// - Returns: Nil when there is no such file.
/// - Throws: `InputError` if the file holds something else; `FileError` if it cannot be read.
package func readJSON<Value: Decodable>(
  _ type: Value.Type, from url: URL, as expected: String, remedy: String? = nil
) throws -> Value? {
  guard let data = try readFile(url) else { return nil }
  do {
    return try JSONDecoder.ofRecords.decode(Value.self, from: data)
  } catch {
    throw InputError(
      SourcePlace(file: url.path), expected: expected,
      found: "something else: \(describe(error))" + (remedy.map { "; \($0)" } ?? ""))
  }
}

extension JSONDecoder {
  /// A decoder that reads times as ISO 8601, and NaN and infinities from their texts in `NonFinite`.
  static var ofRecords: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: NonFinite.infinity, negativeInfinity: NonFinite.negativeInfinity,
      nan: NonFinite.nan)
    return decoder
  }
}

/// Writes a value as JSON: keys in alphabetical order, times as ISO 8601 in UTC.
///
/// - Parameter isDurable: See `AtomicFile`.
/// - Throws: `FileError`; `InputError` as `jsonData`.
package func writeJSON(_ value: some Encodable, to url: URL, isDurable: Bool = true) throws {
  try AtomicFile.write(jsonData(value, of: url.path), to: url, isDurable: isDurable)
}

/// Encodes a value as JSON with a newline at its end: keys in alphabetical order, times as ISO 8601 in UTC.
///
/// - Parameter name: Name of the JSON, for errors.
/// - Throws: `InputError` naming the key of a number that is not finite, which JSON cannot express.
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
