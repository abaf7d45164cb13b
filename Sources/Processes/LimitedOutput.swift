internal import Foundation
internal import Synchronization
internal import SystemPackage

/// A pipe whose contents go to standard output, the first half of some bytes at once, and the last half at the end.
final class LimitedOutput: Sendable {
  private struct State {
    /// Bytes that may still be written at once.
    var room: Int
    /// What was read after them, the last `kept` bytes of it.
    var tail = Data()
    var leftOut = 0
  }

  /// The end that is written to.
  let end: FileDescriptor
  private let ours: FileDescriptor
  private let kept: Int
  private let state: Mutex<State>
  private let isDrained = DispatchSemaphore(value: 0)

  /// Time that what is still in the pipe may take.
  private static let patience = DispatchTimeInterval.seconds(1)

  /// Opens the pipe.
  ///
  /// - Parameter bytes: Number of bytes that are kept.
  /// - Throws: The system's error.
  init(bytes: Int) throws {
    (ours, end) = try FileDescriptor.pipe()
    for descriptor in [ours, end] where fcntl(descriptor.rawValue, F_SETFD, FD_CLOEXEC) != 0 {
      throw Errno(rawValue: errno)
    }
    kept = bytes / 2
    state = Mutex(State(room: bytes - bytes / 2))
    let thread = Thread { [self] in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while let count = try? buffer.withUnsafeMutableBytes({ try ours.read(into: $0) }), count > 0 {
        take(buffer[..<count])
      }
      isDrained.signal()
    }
    thread.start()
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    state.withLock { state in
      let head = bytes.prefix(state.room)
      state.room -= head.count
      if !head.isEmpty { FileHandle.standardOutput.write(Data(head)) }
      state.tail.append(contentsOf: bytes.dropFirst(head.count))
      let excess = state.tail.count - kept
      guard excess > 0 else { return }
      state.leftOut += excess
      state.tail = Data(state.tail.dropFirst(excess))
      // The file's time still tells that the command lives.
      futimens(STDOUT_FILENO, nil)
    }
  }

  /// Writes what was kept back, once the pipe is empty. A process that still holds its other end is not waited for.
  func finish() {
    try? end.close()
    _ = isDrained.wait(timeout: .now() + Self.patience)
    state.withLock { state in
      if state.leftOut > 0 {
        FileHandle.standardOutput.write(Data("\n[\(state.leftOut) bytes are left out]\n".utf8))
      }
      FileHandle.standardOutput.write(state.tail)
      state.tail = Data()
    }
  }
}
