internal import Foundation
internal import Subprocess

/// The commands of Slurm.
enum SlurmClient {
  /// Runs a command.
  ///
  /// - Parameters:
  ///   - name: The command, looked up in `PATH`.
  ///   - input: The text of its standard input.
  /// - Returns: Standard output without white space around it.
  /// - Throws: `SlurmError` when the command is not there or fails.
  static func run(_ name: String, _ arguments: [String], input: String = "") async throws -> String
  {
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), input: .string(input),
        output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw SlurmError(command: name, problem: "expected Slurm's command in PATH, found none")
    } catch {
      throw SlurmError(command: name, problem: "cannot be run: \(error)")
    }
    guard result.terminationStatus.isSuccess else {
      let text = result.standardError.trimmingCharacters(in: .whitespacesAndNewlines)
      throw SlurmError(
        command: name, problem: text.isEmpty ? "it ended with \(result.terminationStatus)" : text)
    }
    return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The largest number of tasks that the cluster takes in one array.
  static func largestArray() async throws -> Int {
    let settings = try await run("scontrol", ["show", "config"])
    let match = settings.firstMatch(of: /MaxArraySize\s*=\s*(\d+)/)
    // Indices go up to one less than the setting.
    return max(1, match.flatMap { Int($0.1) } ?? 1001)
  }

  /// Queues a script.
  ///
  /// - Returns: The job's identifier.
  static func submit(_ script: String) async throws -> String {
    let answer = try await run("sbatch", ["--parsable"], input: script)
    guard let identifier = answer.split(separator: ";").first, Int(identifier) != nil else {
      throw SlurmError(command: "sbatch", problem: "expected a job's number, found \(answer)")
    }
    return String(identifier)
  }

  /// Cancels or signals a job; one that is no longer there is no error.
  static func cancel(_ arguments: String...) async throws {
    do {
      _ = try await run("scancel", arguments)
    } catch let error as SlurmError where isGone(error) {}
  }

  private static func isGone(_ error: SlurmError) -> Bool {
    error.problem.contains("Invalid job id")
      || error.problem.contains("already completing or completed")
  }

  /// Counts of tasks by state, such as RUNNING; empty when none is in the queue.
  static func tasks(of job: String) async throws -> [String: Int] {
    do {
      let answer = try await run("squeue", ["-h", "-r", "-o", "%T", "-j", job])
      return answer.split(separator: "\n").reduce(into: [:]) { $0[String($1), default: 0] += 1 }
    } catch let error as SlurmError where isGone(error) {
      return [:]
    }
  }
}

/// A command of Slurm that is missing or failed.
public struct SlurmError: Error, Equatable, CustomStringConvertible {
  /// The command that was run.
  public let command: String
  /// The message of the command, or a description of the failure.
  public let problem: String

  /// The command and the problem on one line.
  public var description: String { "\(command): \(problem)" }
}
