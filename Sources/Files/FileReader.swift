internal import Foundation

/// A file open for reading at any place; closed when it goes out of scope.
package struct FileReader: ~Copyable {
  package let path: String
  /// Bytes of the file when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// - Throws: `FileError`, also for folders and everything else that is no file.
  package init(_ path: String) throws(FileError) {
    self.path = path
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw FileError(path, action: "read", code: errno) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw Self.fault(path, descriptor, errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: size = Int(status.st_size)
    case S_IFDIR: throw Self.fault(path, descriptor, EISDIR)
    default: throw Self.fault(path, descriptor, EINVAL)
    }
  }

  deinit { close(descriptor) }

  /// Fills a buffer from a place in the file.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw FileError(path, action: "read", code: EIO)  // It has become shorter.
      } else if errno != EINTR {
        throw FileError(path, action: "read", code: errno)
      }
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

  private static func fault(_ path: String, _ descriptor: Int32, _ code: Int32) -> FileError {
    close(descriptor)
    return FileError(path, action: "read", code: code)
  }
}
