internal import Foundation
internal import SystemPackage

/// A regular file open for reading at any place; closed when it goes out of scope.
package struct FileReader: ~Copyable {
  /// The path as it was given.
  package let path: String
  /// Bytes of the file when it was opened.
  package let size: Int
  private let descriptor: FileDescriptor

  /// Opens a file.
  ///
  /// - Throws: `FileError`, also for folders, devices and pipes.
  package init(_ path: String) throws(FileError) {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = try FileError.about(path, action: "read") {
      try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    }
    do throws(FileError) {
      let status = try FileError.about(path, action: "read") { try descriptor.stat() }
      try FileError.requireRegular(status, path, action: "read")
      size = Int(status.size)
    } catch {
      try? descriptor.close()
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { try? descriptor.close() }

  /// Fills a buffer from a place in the file.
  ///
  /// - Throws: `FileError`, with `EIO` for a file that has become shorter since it was opened.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try FileError.about(path, action: "read") {
        try descriptor.read(fromAbsoluteOffset: Int64(offset + done), into: rest)
      }
      if count == 0 { throw FileError(path, action: "read", code: EIO) }
      done += count
    }
  }

  /// Reads some bytes from a place in the file.
  package func read(_ count: Int, at offset: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let bytes = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count])
      try read(into: bytes, at: offset)
      initialized = count
    }
  }

  /// Reads bytes from a place in the file, fewer where the file ends.
  package func bytes(at offset: Int = 0, upTo count: Int) throws -> [UInt8] {
    try read(max(0, min(count, size - offset)), at: offset)
  }

  /// Opens the file once more for a library that reads by itself. It starts at the beginning, as nothing else
  /// here moves the position; several duplicates would share it.
  ///
  /// - Returns: A descriptor that the caller closes.
  package func duplicate() throws(FileError) -> Int32 {
    let second = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
    if second < 0 { throw FileError(path, action: "read", code: errno) }
    return second
  }

  /// Maps the file into memory; see `MappedFile`.
  ///
  /// - Returns: Nil where there is no memory for it, or the file is empty.
  func map() -> UnsafeRawBufferPointer? {
    let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor.rawValue, 0)
    guard let start, start != MAP_FAILED else { return nil }
    return UnsafeRawBufferPointer(start: start, count: size)
  }
}
