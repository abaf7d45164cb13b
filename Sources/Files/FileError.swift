internal import Foundation
internal import SystemPackage

/// A file or folder that the system would not read or write.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file or folder meant by the user, never a temporary name.
  public let path: String
  /// The action that failed, such as `write`.
  public let action: String
  /// The system's error number, such as `ENOSPC`; nil for a device or a pipe in the place of a file.
  public let code: Int32?

  /// Describes the failure of a system call.
  ///
  /// - Parameter code: `errno`, taken right after the call; nil for a device or a pipe in the place of a file.
  public init(_ path: String, action: String, code: Int32?) {
    self.path = path
    self.action = action
    self.code = code
  }

  /// True if the disk is full or broken, so that the path is not at fault.
  public var isDiskFailure: Bool { [ENOSPC, EDQUOT, EIO].contains(code) }

  /// True if there is nothing at the path.
  package var isAbsence: Bool { [ENOENT, ENOTDIR].contains(code) }

  /// The error as one line: `results/digits/status.json: cannot write: No space left on device`.
  public var description: String { "\(path): \(reason)" }

  /// The error without the path.
  public var reason: String {
    guard let code else { return "expected a regular file, found a device or a pipe" }
    return "cannot \(action): \(String(cString: strerror(code)))"
  }

  /// Calls the system, and turns its error into one that names the file.
  static func about<Result>(
    _ path: String, action: String, _ call: () throws -> Result
  ) throws(FileError) -> Result {
    do {
      return try call()
    } catch {
      throw FileError(path, action: action, code: (error as? Errno)?.rawValue ?? EIO)
    }
  }

  /// Refuses folders, devices and pipes.
  static func requireRegular(
    _ status: Stat, _ path: String, action: String
  ) throws(FileError) {
    switch status.type {
    case .regular: return
    case .directory: throw FileError(path, action: action, code: EISDIR)
    default: throw FileError(path, action: action, code: nil)
    }
  }
}
