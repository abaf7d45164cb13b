internal import Foundation
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A process that this one starts, in a process group of its own.
package final class ChildProcess: Sendable {
  /// The end of a process.
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// The process could not be started.
    case notStarted(String)
  }

  private let identifier = Mutex<pid_t?>(nil)

  /// Describes a process that is not started yet.
  package init() {}

  /// Runs the program until it ends, and kills what is left of its group then.
  ///
  /// - Parameters:
  ///   - command: The program, looked up in `PATH` where its name has no `/`, and its arguments.
  ///   - folder: The folder that it starts in; that of this process by default.
  ///   - variables: Variables of the environment that it gets beside those of this process.
  ///   - lifeline: The pipe that becomes its standard input.
  ///   - log: A file to which its output is added.
  package func run(
    _ command: [String], in folder: String? = nil, variables: [String: String] = [:],
    lifeline: Lifeline, log: String
  ) async -> Ending {
    do {
      let output = try FileDescriptor.open(
        log, .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
      defer { try? output.close() }
      return await run(
        command, in: folder, variables: variables, input: lifeline.end, output: output)
    } catch {
      return .notStarted("\(error)")
    }
  }

  /// Runs the program until it ends, with given descriptors, which stay open here.
  ///
  /// - Parameter started: Called with the number of its process group.
  func run(
    _ command: [String], in folder: String? = nil, variables: [String: String] = [:],
    input: FileDescriptor, output: FileDescriptor,
    started: @Sendable (pid_t) -> Void = { _ in }
  ) async -> Ending {
    var options = PlatformOptions()
    options.processGroupID = 0
    let added = variables.compactMap { name, value in
      Environment.Key(rawValue: name).map { ($0, Optional(value)) }
    }
    do {
      let result = try await Subprocess.run(
        command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
        arguments: Arguments(Array(command.dropFirst())),
        environment: .inherit.updating(Dictionary(added, uniquingKeysWith: { a, _ in a })),
        workingDirectory: folder.map { FilePath($0) }, platformOptions: options,
        input: .fileDescriptor(input, closeAfterSpawningProcess: false),
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(output, closeAfterSpawningProcess: false)
      ) { execution in
        identifier.withLock { $0 = execution.processIdentifier.value }
        started(execution.processIdentifier.value)
      }
      identifier.withLock {
        if let identifier = $0 { _ = kill(-identifier, SIGKILL) }
        $0 = nil
      }
      return switch result.terminationStatus {
      case .exited(let code): .exited(code)
      case .signaled(let signal): .killed(signal: signal)
      }
    } catch {
      return .notStarted("\(error)")
    }
  }

  /// Sends a signal to the process and to all that it has started.
  package func send(_ signal: Int32) {
    identifier.withLock { if let identifier = $0 { _ = kill(-identifier, signal) } }
  }
}
