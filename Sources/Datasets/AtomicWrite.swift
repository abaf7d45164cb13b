internal import Complaints
internal import Files
internal import Foundation
internal import Records

/// Writes a file of the user's whole or not at all; see `AtomicFile`.
///
/// - Throws: `DataError` for a folder, device or pipe, which the new file would replace; `FileError` if it cannot be
///   written.
func writeAtomically(_ data: Data, to path: String) throws {
  var entry = stat()
  if stat(path, &entry) == 0, entry.st_mode & S_IFMT != S_IFREG {
    throw DataError(file: path, problem: "expected a regular file, found a folder or a device")
  }
  try AtomicFile.write(data, to: URL(fileURLWithPath: path))
}
