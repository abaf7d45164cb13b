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
      WriteReport.self, Claims.self, Status.self, Cancel.self, Bench.self,
    ])

  static func main() async {
    WaitPolicy.apply()
    do {
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

  /// Output that cannot be written is an error, as in `lethe check … > /dev/full`.
  private static func flushOutput() throws {
    guard fflush(nil) != 0 else { return }
    throw FileError("standard output", action: "write", code: errno)
  }

  /// Says what went wrong and returns the exit status.
  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case let code as ExitCode: return code.rawValue
    case is FolderInUse, is SlurmError:
      Console.error("\(error)")
      return 1
    case let failure as DivergenceError:
      Console.error("\(failure)")
      return 1
    default: break
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
}
