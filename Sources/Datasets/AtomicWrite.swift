internal import Foundation

/// Writes a file under a temporary name in its own folder and renames it, so that a killed process
/// leaves no half-written file under the real name.
///
/// - Throws: `DataError` if the file cannot be written, or is a device or a pipe, which the new file
///   would replace.
func writeAtomically(_ data: Data, to path: String) throws {
  var entry = stat()
  if stat(path, &entry) == 0, entry.st_mode & S_IFMT != S_IFREG {
    throw DataError(file: path, problem: "expected a regular file, found a folder or a device")
  }
  do {
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    let cause = (error as? CocoaError)?.underlying ?? error
    let code = (cause as? POSIXError)?.code
    let reason = code.map { String(cString: strerror($0.rawValue)) }
    throw DataError(
      file: path,
      problem: "cannot be written: \((reason ?? cause.localizedDescription).lowercased())",
      isDiskFailure: code.map { [.ENOSPC, .EDQUOT, .EIO].contains($0) } ?? false)
  }
}
