internal import Complaints
internal import Files
internal import ArgumentParser
internal import Foundation
internal import Machine
internal import Processes
internal import Records
internal import Sweeps
internal import Evaluation
internal import Training
internal import Trials

/// The entry point of the program. It blocks signals first, so that every later thread inherits the block.
@main
enum Program {
  static func main() {
    if CommandLine.arguments.dropFirst().first == HeldCommand.word {
      HeldCommand.run(CommandLine.arguments.dropFirst(2))
    }
    Interruption.blockSignals()
    LibrarySettings.apply()
    Interruption.listen()
    exit(Lethe.runCommand())
  }
}

/// The command line: results to standard output, progress and logs to standard error; status 0 for
/// success, 1 for a run that failed, 2 for bad usage or input.
struct Lethe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lethe",
    abstract: "Trains small generators with dropout placed anywhere, and measures what it does.",
    version: Version.current,
    subcommands: [
      New.self, Check.self, Run.self, Train.self, Generate.self, Detect.self, Measure.self,
      Certify.self, MeasureAgain.self, WriteReport.self, Export.self, JudgeTable.self, Claims.self,
      Status.self,
      Watch.self, Cancel.self, Bench.self, ShowReference.self, Python.self,
    ])

  @Flag(name: .customShort("v"), help: .hidden)
  var showsVersion = false

  func run() throws {
    if showsVersion { throw CleanExit.message(Version.current) }
    throw CleanExit.helpRequest(self)
  }

  /// Number of files that any command may open at once, apart from those for each trial that it runs:
  /// descriptors of the dispatcher, results, and a data file on every core.
  static let openFiles = 28 + ProcessInfo.processInfo.activeProcessorCount

  /// Runs the command that the arguments name.
  ///
  /// - Returns: The exit status.
  static func runCommand() -> Int32 {
    do {
      try OpenFiles.require(more: openFiles)
      try Memory.require()
      try checkCommand(CommandLine.arguments.dropFirst().first)
      var command = try parseAsRoot()
      if let asynchronous = command as? any AsyncParsableCommand {
        try wait(for: asynchronous)
      } else {
        try command.run()
      }
      try flushOutput()
      return 0
    } catch {
      return report(error)
    }
  }

  /// Refuses a first word that is no command, with the nearest one.
  private static func checkCommand(_ word: String?) throws {
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !names.contains(word) else { return }
    let nearest = nearestNameHint(to: word, among: names)
    throw ValidationError(
      "unknown command \(word)\(nearest) (commands: \(names.joined(separator: ", ")))")
  }

  /// Runs an asynchronous command while the main thread waits. If the main thread were handed to the
  /// dispatcher instead, it would take signals.
  private static func wait(for command: any AsyncParsableCommand) throws {
    // The semaphore orders all accesses to the two variables.
    nonisolated(unsafe) var command = command
    nonisolated(unsafe) var result = Result<Void, any Error>.success(())
    let ended = DispatchSemaphore(value: 0)
    Task.detached {
      do { try await command.run() } catch { result = .failure(error) }
      ended.signal()
    }
    ended.wait()
    try result.get()
  }

  /// Writes out what is buffered. Output that cannot be written is an error, as in `lethe check … > /dev/full`.
  private static func flushOutput() throws {
    guard fflush(nil) != 0 else { return }
    throw FileError("standard output", action: "write", code: errno)
  }

  /// Prints an error, or a text that was asked for such as help, and returns the exit status.
  private static func report(_ error: any Error) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    if isFailure(error) {
      Console.error("\(error)")
      return 1
    }
    let message = fullMessage(for: error).replacing("Error: ", with: "error: ", maxReplacements: 1)
    if exitCode(for: error) == .success {
      print(message)
      return 0
    }
    if error is CleanExit || error is ValidationError || message.contains("Usage:") {
      Console.log(message)
    } else {
      Console.error("\(error)")
    }
    return 2
  }

  /// True for failures of a valid request (status 1), false for wrong usage or input (status 2).
  private static func isFailure(_ error: any Error) -> Bool {
    switch error {
    case is FolderInUse, is FolderRemoved, is SlurmError, is DivergenceError, is MachineError: true
    case let error as FileError: error.isDiskFailure
    default: false
    }
  }
}
