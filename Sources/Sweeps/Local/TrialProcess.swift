internal import Foundation
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A process that runs one trial, in a process group of its own.
final class TrialProcess: Sendable {
  /// The end of a process.
  enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// The process could not be started.
    case notStarted(String)
  }

  private let identifier = Mutex<pid_t?>(nil)

  /// Runs the program until it ends.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments.
  ///   - lifeline: The pipe that becomes its standard input.
  ///   - log: A file to which its output is added.
  func run(_ command: [String], lifeline: Lifeline, log: String) async -> Ending {
    var options = PlatformOptions()
    options.processGroupID = 0
    do {
      let output = try FileDescriptor.open(
        log, .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
      defer { try? output.close() }
      let result = try await Subprocess.run(
        .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
        platformOptions: options,
        input: .fileDescriptor(lifeline.end, closeAfterSpawningProcess: false),
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(output, closeAfterSpawningProcess: false)
      ) { execution in
        identifier.withLock { $0 = execution.processIdentifier.value }
      }
      identifier.withLock { $0 = nil }
      return switch result.terminationStatus {
      case .exited(let code): .exited(code)
      case .signaled(let signal): .killed(signal: signal)
      }
    } catch {
      return .notStarted("\(error)")
    }
  }

  /// Sends a signal to the process and to all that it has started.
  func send(_ signal: Int32) {
    identifier.withLock { if let identifier = $0 { _ = kill(-identifier, signal) } }
  }
}

/// A pipe that only this process can write to, and never does. Its readers see the end of the pipe when this
/// process has ended, however it ended.
final class Lifeline: Sendable {
  /// The end to read from, which children get as standard input.
  let end: FileDescriptor
  private let ours: FileDescriptor

  init() throws {
    (end, ours) = try FileDescriptor.pipe()
    // A child that held the writing end would keep its siblings from seeing it close.
    for descriptor in [end, ours] where fcntl(descriptor.rawValue, F_SETFD, FD_CLOEXEC) != 0 {
      throw Errno(rawValue: errno)
    }
  }

  deinit {
    try? end.close()
    try? ours.close()
  }
}

/// The reader's side of a `Lifeline`, for a process that must not outlive the one that started it.
public enum ParentWatch {
  /// Kills this process with SIGKILL once standard input has ended. The files on the disk are then as after a
  /// loss of power: each is whole, and the trial can go on from them.
  public static func start() {
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { kill(getpid(), SIGKILL) }
      }
    }
    thread.start()
  }
}
