internal import ArgumentParser
internal import Foundation
internal import Records
internal import Sweeps
internal import Training

/// The command line: results to standard output, progress and logs to standard error; status 0 for
/// success, 1 for a run that failed, 2 for bad usage or input.
@main
struct Lethe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lethe",
    abstract: "Trains small generators with dropout placed anywhere, and measures what it does.",
    version: Version.current,
    subcommands: [
      Check.self, Run.self, Train.self, Generate.self, Detect.self, Measure.self,
      MeasureAgain.self, WriteReport.self, Claims.self, Status.self, Cancel.self, Bench.self,
    ])

  @Flag(name: .customShort("v"), help: .hidden)
  var showsVersion = false

  func run() throws {
    if showsVersion { throw CleanExit.message(Version.current) }
    throw CleanExit.helpRequest(self)
  }

  static func main() async {
    WaitPolicy.apply()
    do {
      try checkCommand(CommandLine.arguments.dropFirst().first)
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      try flushOutput()
    } catch {
      Foundation.exit(report(error))
    }
  }

  /// Refuses a first word that is no command, with the nearest one.
  private static func checkCommand(_ word: String?) throws {
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !names.contains(word) else { return }
    let nearest = nearestName(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    throw ValidationError(
      "unknown command \(word)\(nearest) (commands: \(names.joined(separator: ", ")))")
  }

  /// Output that cannot be written is an error, as in `lethe check … > /dev/full`.
  private static func flushOutput() throws {
    guard fflush(nil) != 0 else { return }
    throw FileError("standard output", action: "write", code: errno)
  }

  /// Says what went wrong and returns the exit status.
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

  /// Whether something went wrong with what was asked for rightly.
  private static func isFailure(_ error: any Error) -> Bool {
    switch error {
    case is FolderInUse, is FolderRemoved, is SlurmError, is DivergenceError: true
    case let error as FileError: error.isDiskFailure
    default: false
    }
  }
}
