public import Foundation
internal import SystemPackage

/// Keeps other processes off a folder: an advisory lock on the file `.lock` in it.
///
/// The system releases the lock when the process ends, however it ends, so that the lock of a dead owner is
/// free. The file itself stays, and names the last owner.
public final class FolderLock {
  private let descriptor: FileDescriptor
  private let folder: URL

  /// Takes the lock, and removes temporaries that killed owners have left in the folder.
  ///
  /// - Parameters:
  ///   - folder: A folder that is there.
  ///   - patience: Seconds to wait for a process that is just ending.
  /// - Throws: `FolderInUse` when another process has it; `FileError` when the file cannot be written.
  public init(_ folder: URL, patience: Double = 2) throws {
    let path = Self.file(folder)
    self.folder = folder
    descriptor = try FileError.about(path, action: "write") {
      try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
    }
    let attempts = Int(patience / 0.05)
    for attempt in 0... {
      if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 { break }
      let code = errno
      guard code == EWOULDBLOCK || code == EINTR else {
        throw FileError(path, action: "lock", code: code)
      }
      guard attempt < attempts else {
        throw FolderInUse(folder: folder.path, owner: Self.owner(path))
      }
      usleep(50_000)
    }
    writeOwner()
    try AtomicFile.removeTemporaries(in: folder)
  }

  /// Makes sure that the folder is still the one that was locked.
  ///
  /// - Throws: `FolderRemoved` when it was deleted, whether or not there is another of its name.
  public func confirm() throws {
    guard let own = try? descriptor.stat(), let there = try? Stat(Self.file(folder)),
      own.inode == there.inode, own.deviceID == there.deviceID
    else {
      throw FolderRemoved(folder: folder.path)
    }
  }

  deinit { try? descriptor.close() }

  /// True if a process has the lock of a folder; false where the lock's file cannot be opened.
  public static func isHeld(_ folder: URL) -> Bool {
    guard
      let descriptor = try? FileDescriptor.open(file(folder), .readWrite, options: .closeOnExec)
    else { return false }
    defer { try? descriptor.close() }
    return flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// The process of this machine that has the lock of a folder; nil when none has.
  public static func holder(of folder: URL) -> pid_t? {
    guard isHeld(folder), let owner = Owner(of: file(folder)),
      owner.host == ProcessInfo.processInfo.hostName
    else { return nil }
    return owner.process
  }

  /// Writes the owner into the file, for messages and for `holder`. Errors are ignored, as the lock holds without it.
  private func writeOwner() {
    let owner = Owner(process: getpid(), host: ProcessInfo.processInfo.hostName)
    guard (try? descriptor.resize(to: 0)) != nil, let data = try? JSONEncoder().encode(owner) else {
      return
    }
    _ = try? descriptor.writeAll(toAbsoluteOffset: 0, data)
  }

  private static func file(_ folder: URL) -> String { folder.appendingPathComponent(".lock").path }

  private static func owner(_ path: String) -> String {
    Owner(of: path).map { "process \($0.process) on \($0.host)" } ?? "another process"
  }

  /// The process that has a lock, as the lock's file names it in JSON.
  private struct Owner: Codable {
    let process: pid_t
    let host: String

    init(process: pid_t, host: String) { (self.process, self.host) = (process, host) }

    /// Reads a lock's file; nil when it says nothing.
    init?(of path: String) {
      guard let data = (try? readFile(URL(fileURLWithPath: path))).flatMap(\.self),
        let owner = try? JSONDecoder().decode(Owner.self, from: data)
      else { return nil }
      self = owner
    }
  }
}

/// A folder that another process is writing to.
public struct FolderInUse: Error, Equatable, CustomStringConvertible {
  /// The folder.
  public let folder: String
  /// The process, and its machine.
  public let owner: String

  /// The owner, and the advice to wait for it or to stop it.
  public var description: String {
    "\(folder): \(owner) is at work here; wait for it, or stop it first"
  }
}

/// A folder that was deleted while a process was writing to it.
public struct FolderRemoved: Error, Equatable, CustomStringConvertible {
  /// The folder.
  public let folder: String

  /// The error as one line.
  public var description: String { "\(folder): the folder was removed while it was written to" }
}
