internal import Foundation
internal import Synchronization
internal import SystemPackage

/// A command of the user that a process in between holds: it does not outlive the program that asked for it, what it
/// has started does not outlive it, and of what it prints the beginning and the end are kept.
///
/// A process that makes itself the leader of another session is not found, and may go on.
package enum HeldCommand {
  /// The first argument by which a program that is started for this is told apart.
  package static let word = "hold"
  /// Bytes of output that are kept, by default.
  private static let standardBytes = 4_000_000
  /// Exit status where there is no such command, as of a shell.
  private static let notFound: Int32 = 127

  /// This program with the arguments by which it holds a command.
  ///
  /// - Throws: The system's error where its own path is not known.
  package static func arguments(_ command: [String]) throws -> [String] {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return [program, word, "\(standardBytes)"] + command
  }

  /// Holds a command until it ends, and then ends this process with its status, or 128 and the number of the signal
  /// that ended it.
  ///
  /// - Parameter arguments: Bytes of output to keep, and the command.
  package static func run(_ arguments: ArraySlice<String>) -> Never {
    guard let bytes = arguments.first.flatMap({ Int($0) }), arguments.count > 1 else { exit(2) }
    let child = ChildProcess()
    forwardSignals()
    ParentWatch.start { child.send(SIGKILL) }
    let output: LimitedOutput
    let nothing: FileDescriptor
    do {
      output = try LimitedOutput(bytes: bytes)
      nothing = try .open("/dev/null", .readOnly, options: .closeOnExec)
    } catch {
      complain("\(error)")
    }
    let command = Array(arguments.dropFirst())
    // The semaphore orders both accesses.
    nonisolated(unsafe) var ending = ChildProcess.Ending.exited(0)
    let ended = DispatchSemaphore(value: 0)
    Task.detached {
      ending = await child.run(command, input: nothing, output: output.end) {
        group.store($0, ordering: .relaxed)
      }
      ended.signal()
    }
    ended.wait()
    output.finish()
    switch ending {
    case .exited(let code): exit(code)
    case .killed(let signal): exit(128 + signal)
    case .notStarted(let problem): complain("\(command[0]): \(problem)", status: notFound)
    }
  }

  /// The process group of the command; 0 until it is started.
  private static let group = Atomic<pid_t>(0)

  /// Passes on what asks the command to stop. This process ends when the command has. Handlers serve whatever thread
  /// the system chooses, those that libraries have started too.
  private static func forwardSignals() {
    for number in [SIGTERM, SIGINT, SIGHUP] {
      signal(number) { number in
        let group = HeldCommand.group.load(ordering: .relaxed)
        if group > 0 { kill(-group, number) }
      }
    }
  }

  private static func complain(_ problem: String, status: Int32 = 1) -> Never {
    FileHandle.standardError.write(Data("error: \(problem)\n".utf8))
    exit(status)
  }
}
