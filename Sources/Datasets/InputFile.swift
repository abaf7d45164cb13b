internal import Complaints
internal import Foundation

/// An open regular file that is read by position; closes itself.
struct InputFile: ~Copyable {
  let path: String
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a file for reading.
  ///
  /// - Throws: `DataError` if there is no such file, it may not be read, or it is not a regular file.
  init(path: String) throws {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DataError(file: path, problem: "cannot be opened: \(systemMessage())")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DataError(file: path, problem: "expected a regular file, found a folder or a device")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` from byte `offset` on.
  ///
  /// - Throws: `DataError` if the file ends before the buffer is full, or reading fails.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw DataError(file: path, problem: "cannot be read: \(systemMessage())")
      }
      guard got > 0 else {
        let problem = "expected \(offset + buffer.count) bytes, found \(offset + done)"
        throw DataError(file: path, problem: problem)
      }
      done += got
    }
  }

  /// Bytes `offset..<offset + count`, or up to the file's end if that comes first.
  func bytes(at offset: Int = 0, upTo count: Int) throws -> [UInt8] {
    let available = max(0, min(count, byteCount - offset))
    return try [UInt8](unsafeUninitializedCapacity: available) { buffer, initialized in
      try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      initialized = available
    }
  }
}

/// The text of the last failed system call.
func systemMessage() -> String { String(cString: strerror(errno)).lowercased() }
