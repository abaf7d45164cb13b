internal import Foundation

/// Writes a file under a temporary name in its own folder and renames it, so that a killed process
/// leaves no half-written file under the real name.
///
/// - Throws: `DataError` if the file cannot be written.
func writeAtomically(_ data: Data, to path: String) throws {
  do {
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    let cause = (error as? CocoaError)?.underlying ?? error
    let reason = (cause as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
    throw DataError(
      file: path,
      problem: "cannot be written: \((reason ?? cause.localizedDescription).lowercased())")
  }
}
