public import Foundation
internal import SystemPackage

/// A file open for writing; closed when it goes out of scope.
public struct FileWriter: ~Copyable {
  private let descriptor: FileDescriptor
  /// The name of the file in errors.
  private let path: String

  /// Opens a file to write at its end, and makes it when it is not there.
  public init(appendingTo path: String) throws(FileError) {
    try self.init(path, [.append, .create], named: path)
  }

  /// Makes a file that must not be there yet.
  ///
  /// - Parameter name: The name of the file in errors.
  init(creating path: String, named name: String) throws(FileError) {
    try self.init(path, [.create, .exclusiveCreate], named: name)
  }

  private init(
    _ path: String, _ options: FileDescriptor.OpenOptions, named name: String
  ) throws(FileError) {
    descriptor = try FileError.about(name, action: "write") {
      try FileDescriptor.open(
        path, .writeOnly, options: options.union(.closeOnExec),
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
    }
    self.path = name
  }

  deinit { try? descriptor.close() }

  /// Writes all bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try FileError.about(path, action: "write") { _ = try descriptor.writeAll(bytes) }
  }

  /// Writes all bytes.
  public func write(_ data: Foundation.Data) throws {
    try data.withUnsafeBytes { try write($0) }
  }

  /// Waits until everything written is on the disk.
  public func synchronize() throws(FileError) {
    if fsync(descriptor.rawValue) != 0 { throw FileError(path, action: "write", code: errno) }
  }
}
