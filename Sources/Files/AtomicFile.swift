public import Foundation
internal import Synchronization
internal import SystemPackage

/// Writes whole files or nothing: to a temporary name in the same folder, to the disk, and only
/// then to the real name. A killed process leaves at worst a temporary behind.
public enum AtomicFile {
  /// The ending of temporaries' names, which no other file has.
  package static let temporarySuffix = ".lethe-tmp"

  private static let counter = Atomic<Int>(0)

  /// Writes a file.
  ///
  /// - Parameter isDurable: True to return only once the file is on the disk; false for files that can be
  ///   made again, such as pictures.
  /// - Throws: `FileError`, also for a folder, device or pipe, which the new file would replace; then the file is as it
  ///   was before and no temporary is left.
  public static func write(_ data: Data, to url: URL, isDurable: Bool = true) throws {
    try write(to: url, isDurable: isDurable) { try $0.write(data) }
  }

  /// Writes a file in parts.
  ///
  /// - Parameters:
  ///   - isDurable: True to return only once the file is on the disk.
  ///   - body: Writes the parts.
  /// - Throws: `FileError`, or what `body` throws; then the file is as it was before and no
  ///   temporary is left.
  public static func write(
    to url: URL, isDurable: Bool = true, _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    let temporary = try temporary(replacing: url)
    do {
      try writeTemporary(temporary.path, named: url.path, isDurable: isDurable, body)
      try move(temporary, to: url)
    } catch {
      unlink(temporary.path)
      throw error
    }
    if isDurable { synchronizeFolder(of: url) }
  }

  /// Has a file written by something that only knows names, such as another program.
  ///
  /// - Parameter make: Writes the file under the temporary name that it is given.
  /// - Throws: `FileError`, or what `make` throws; then the file is as it was before and no temporary is left.
  package static func write(to url: URL, by make: (_ temporary: URL) async throws -> Void)
    async throws
  {
    let temporary = try temporary(replacing: url)
    do {
      try await make(temporary)
      try move(temporary, to: url)
    } catch {
      unlink(temporary.path)
      throw error
    }
  }

  /// Writes files into a temporary folder, and then moves all of them into a folder. It is made when it is not
  /// there; other files in it stay.
  ///
  /// - Parameter body: Writes the files into the temporary folder that it is given.
  /// - Throws: `FileError`, or what `body` throws; then the folder is as it was before. Only an error while
  ///   files are moved into an existing folder leaves some of them there.
  public static func writeFolder(_ url: URL, _ body: (URL) throws -> Void) throws {
    let manager = FileManager.default
    let isThere = manager.fileExists(atPath: url.path)
    try createFolder(isThere ? url : url.standardizedFileURL.deletingLastPathComponent())
    let staging = temporary(
      for: url.lastPathComponent, in: isThere ? url : url.deletingLastPathComponent())
    defer { try? manager.removeItem(at: staging) }
    try createFolder(staging)
    try body(staging)
    guard isThere else { return try move(staging, to: url) }
    for name in try manager.contentsOfDirectory(atPath: staging.path) {
      try move(staging.appendingPathComponent(name), to: url.appendingPathComponent(name))
    }
  }

  private static func move(_ source: URL, to target: URL) throws {
    if rename(source.path, target.path) != 0 {
      throw FileError(target.path, action: "write", code: errno)
    }
  }

  /// A temporary name beside a file.
  ///
  /// - Throws: `FileError` for a folder, device or pipe of the file's name.
  private static func temporary(replacing url: URL) throws -> URL {
    if let status = try? Stat(url.path) {
      try FileError.requireRegular(status, url.relativePath, action: "write")
    }
    return temporary(for: url.lastPathComponent, in: url.deletingLastPathComponent())
  }

  /// A path in a folder that no other process and no other call uses.
  private static func temporary(for name: String, in folder: URL) -> URL {
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    return folder.appendingPathComponent(".\(name).\(getpid())-\(number)\(temporarySuffix)")
  }

  private static func writeTemporary(
    _ temporary: String, named name: String, isDurable: Bool,
    _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    let file = try FileWriter(creating: temporary, named: name)
    try body(file)
    if isDurable { try file.synchronize() }
  }

  /// Makes the new name survive a loss of power. Where a file system cannot do that, the file is still whole.
  private static func synchronizeFolder(of url: URL) {
    let folder = url.deletingLastPathComponent().path
    guard let descriptor = try? FileDescriptor.open(folder, .readOnly, options: .closeOnExec) else {
      return
    }
    fsync(descriptor.rawValue)
    try? descriptor.close()
  }

  /// Removes temporaries that killed processes have left in a folder. Only for folders
  /// that nobody else is writing to.
  ///
  /// - Throws: The system's error for a temporary that cannot be removed.
  public static func removeTemporaries(in folder: URL) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(temporarySuffix) {
      do {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
      } catch CocoaError.fileNoSuchFile {
        // Its owner is still alive and has removed it.
      }
    }
  }
}
