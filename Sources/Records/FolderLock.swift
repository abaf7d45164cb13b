public import Foundation

/// Keeps other processes off a folder: an advisory lock on the file `.lock` in it.
///
/// The system lets go of it when the process ends in whatever way, so that the lock of a dead owner is free;
/// the file itself stays, and names the last owner.
public final class FolderLock {
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - folder: A folder that is there.
  ///   - patience: Seconds to wait for a process that is just ending.
  /// - Throws: `FolderInUse` when another process has it; `FileError` when the file cannot be written.
  public init(_ folder: URL, patience: Double = 2) throws {
    let path = folder.appendingPathComponent(".lock").path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw FileError(path, action: "write", code: errno) }
    let attempts = Int(patience / 0.05)
    for attempt in 0... {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
      let code = errno
      guard code == EWOULDBLOCK || code == EINTR else {
        close(descriptor)
        throw FileError(path, action: "lock", code: code)
      }
      guard attempt < attempts else {
        defer { close(descriptor) }
        throw FolderInUse(folder: folder.path, owner: Self.owner(path))
      }
      usleep(50_000)
    }
    writeOwner()
  }

  deinit { close(descriptor) }

  /// Whether a process has the lock of a folder; false when that cannot be told.
  public static func isHeld(_ folder: URL) -> Bool {
    let descriptor = open(folder.appendingPathComponent(".lock").path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// The process of this machine that has the lock of a folder; nil when none has.
  public static func holder(of folder: URL) -> pid_t? {
    let words = owner(folder.appendingPathComponent(".lock").path).split(separator: " ")
    guard isHeld(folder), words.count == 4, words[3] == ProcessInfo.processInfo.hostName else {
      return nil
    }
    return pid_t(words[1])
  }

  /// Who has it is only for messages: what cannot be written is left out.
  private func writeOwner() {
    let owner = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)\n"
    guard ftruncate(descriptor, 0) == 0 else { return }
    _ = owner.withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }

  private static func owner(_ path: String) -> String {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let line = text.prefix { !$0.isNewline }
    return line.isEmpty ? "another process" : String(line)
  }
}

/// A folder that another process is writing to.
public struct FolderInUse: Error, Equatable, CustomStringConvertible {
  /// The folder.
  public let folder: String
  /// The process, and its machine.
  public let owner: String

  /// Who is at it and what to do.
  public var description: String {
    "\(folder): \(owner) is at work here; wait for it, or stop it first"
  }
}
