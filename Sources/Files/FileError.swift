internal import Foundation

/// A file or folder that the system would not read or write.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file or folder meant by the user, never a temporary name.
  public let path: String
  /// What was tried, as in `write`.
  public let action: String
  /// The system's error number, such as `ENOSPC`.
  public let code: Int32

  /// Describes the failure of a system call.
  ///
  /// - Parameter code: `errno`, taken right after the call.
  public init(_ path: String, action: String, code: Int32) {
    self.path = path
    self.action = action
    self.code = code
  }

  /// Whether the disk is full or broken, rather than the path a wrong one.
  public var isDiskFailure: Bool { [ENOSPC, EDQUOT, EIO].contains(code) }

  /// The error as one line: `results/digits/status.json: cannot write: No space left on device`.
  public var description: String { "\(path): \(reason)" }

  /// The error without the file.
  package var reason: String { "cannot \(action): \(String(cString: strerror(code)))" }
}
