public import Foundation

/// A file open for writing; closed when it goes out of scope.
public struct FileWriter: ~Copyable {
  private let descriptor: Int32
  /// What errors call the file.
  private let path: String

  /// Opens a file to write at its end, and makes it when it is not there.
  public init(appendingTo path: String) throws(FileError) {
    try self.init(path, O_WRONLY | O_APPEND | O_CREAT, named: path)
  }

  /// Makes a file that must not be there yet.
  ///
  /// - Parameter name: What errors call it.
  init(creating path: String, named name: String) throws(FileError) {
    try self.init(path, O_WRONLY | O_CREAT | O_EXCL, named: name)
  }

  private init(_ path: String, _ flags: Int32, named name: String) throws(FileError) {
    descriptor = open(path, flags | O_CLOEXEC, 0o666)
    self.path = name
    if descriptor < 0 { throw FileError(name, action: "write", code: errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes all bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, part.baseAddress, part.count)
      #else
        let count = Glibc.write(descriptor, part.baseAddress, part.count)
      #endif
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw FileError(path, action: "write", code: errno)
      }
    }
  }

  /// Writes all bytes.
  public func write(_ data: Foundation.Data) throws {
    try data.withUnsafeBytes { try write($0) }
  }

  /// Waits until everything written is on the disk.
  public func synchronize() throws(FileError) {
    if fsync(descriptor) != 0 { throw FileError(path, action: "write", code: errno) }
  }
}
