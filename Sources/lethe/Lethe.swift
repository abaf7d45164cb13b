internal import ArgumentParser
internal import Foundation
internal import Training

/// The command line: results to standard output, progress and logs to standard error; status 0 for
/// success, 1 for a run that failed, 2 for bad usage or input.
@main
struct Lethe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lethe",
    abstract: "Trains small generators with dropout placed anywhere, and measures what it does.",
    version: Version.current,
    subcommands: [Check.self, Train.self, Generate.self, Bench.self])

  static func main() {
    WaitPolicy.apply()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Foundation.exit(report(error))
    }
  }

  /// Says what went wrong and returns the exit status.
  private static func report(_ error: any Error) -> Int32 {
    switch error {
    case let code as ExitCode: return code.rawValue
    case let failure as DivergenceError:
      Console.error("\(failure)")
      return 1
    default: break
    }
    let message = fullMessage(for: error)
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
