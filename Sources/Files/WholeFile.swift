package import Foundation

/// Reads all bytes of a file.
///
/// - Throws: `FileError`, also when it is not there.
package func readWhole(_ url: URL) throws -> Data {
  let file = try FileReader(url.path)
  return Data(try file.read(file.size, at: 0))
}

/// Reads all bytes of a file; nil when it is not there.
package func readFile(_ url: URL) throws -> Data? {
  do {
    return try readWhole(url)
  } catch let error as FileError where error.isAbsence {
    return nil
  }
}

/// Reads a text in UTF-8; nil when the file cannot be read or is not UTF-8.
package func readText(_ url: URL) -> String? {
  (try? readWhole(url)).flatMap { String(validating: $0, as: UTF8.self) }
}
