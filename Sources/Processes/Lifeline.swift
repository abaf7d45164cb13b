internal import Foundation
internal import Synchronization
internal import SystemPackage

/// A pipe that only this process can write to, and never does. Its readers see the end of the pipe when this
/// process has ended, however it ended.
package final class Lifeline: Sendable {
  /// The end to read from, which children get as standard input.
  let end: FileDescriptor
  private let ours: Mutex<FileDescriptor?>

  /// Opens the pipe.
  ///
  /// - Throws: The system's error.
  package init() throws {
    let pipe = try FileDescriptor.pipe()
    end = pipe.readEnd
    ours = Mutex(pipe.writeEnd)
    // A child that held the writing end would keep its siblings from seeing it close.
    for descriptor in [pipe.readEnd, pipe.writeEnd]
    where fcntl(descriptor.rawValue, F_SETFD, FD_CLOEXEC) != 0 {
      throw Errno(rawValue: errno)
    }
  }

  deinit {
    try? end.close()
    cut()
  }

  /// Ends the pipe now, as if this process had ended.
  package func cut() {
    ours.withLock {
      try? $0?.close()
      $0 = nil
    }
  }
}

/// The reader's side of a `Lifeline`, for a process that must not outlive the one that started it.
package enum ParentWatch {
  /// Kills this process with SIGKILL once standard input has ended. The files on the disk are then as after a
  /// loss of power: each is whole, and the trial can go on from them.
  ///
  /// - Parameter last: Called before that.
  package static func start(last: @escaping @Sendable () -> Void = {}) {
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) {
          last()
          kill(getpid(), SIGKILL)
        }
      }
    }
    thread.start()
  }
}
