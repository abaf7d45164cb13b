package import Foundation

/// The bytes of a file, nil when it is not there.
package func readFile(_ url: URL) throws -> Data? {
  do {
    let file = try FileReader(url.path)
    return Data(try file.read(file.size, at: 0))
  } catch let error as FileError where error.isAbsence {
    return nil
  }
}
