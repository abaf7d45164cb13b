public import Foundation
internal import Synchronization

/// Writes whole files or nothing: to a temporary name in the same folder, to the disk, and only
/// then to the real name. A killed process leaves at worst a temporary behind.
public enum AtomicFile {
  /// How temporaries end, and nothing else does.
  static let temporarySuffix = ".lethe-tmp"

  private static let counter = Atomic<Int>(0)

  /// Writes a file.
  ///
  /// - Parameter isDurable: Whether it must be on the disk when this returns; false for what can be
  ///   made again, such as pictures.
  /// - Throws: `FileError`; then the file is as it was before and no temporary is left.
  public static func write(_ data: Data, to url: URL, isDurable: Bool = true) throws {
    try write(to: url, isDurable: isDurable) { try $0.write(data) }
  }

  /// Writes a file in parts.
  ///
  /// - Parameters:
  ///   - isDurable: As above.
  ///   - body: Writes the parts.
  /// - Throws: `FileError`, or what `body` throws; then the file is as it was before and no
  ///   temporary is left.
  public static func write(
    to url: URL, isDurable: Bool = true, _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let name = ".\(url.lastPathComponent).\(getpid())-\(number)\(temporarySuffix)"
    let temporary = url.deletingLastPathComponent().appendingPathComponent(name).path
    do {
      try writeTemporary(temporary, named: url.path, isDurable: isDurable, body)
      if rename(temporary, url.path) != 0 {
        throw FileError(url.path, action: "write", code: errno)
      }
    } catch {
      unlink(temporary)
      throw error
    }
    if isDurable { synchronizeFolder(of: url) }
  }

  private static func writeTemporary(
    _ temporary: String, named name: String, isDurable: Bool,
    _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    let file = try FileWriter(creating: temporary, named: name)
    try body(file)
    if isDurable { try file.synchronize() }
  }

  /// Makes the new name survive a loss of power; where a file system cannot, the file is still whole.
  private static func synchronizeFolder(of url: URL) {
    let descriptor = open(url.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Removes what killed processes have left in a folder. Only for folders that nobody else is
  /// writing to.
  ///
  /// - Throws: `FileError` if a temporary is there and cannot be removed.
  public static func removeTemporaries(in folder: URL) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(temporarySuffix) {
      let path = folder.appendingPathComponent(name).path
      if unlink(path) != 0, errno != ENOENT {
        throw FileError(path, action: "remove", code: errno)
      }
    }
  }
}
