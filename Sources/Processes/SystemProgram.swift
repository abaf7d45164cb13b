public import Complaints
internal import Foundation
internal import Subprocess

/// A program of the system that does one job and ends, such as `tar`.
public struct SystemProgram: Sendable {
  private let name: String
  private let package: String

  /// Names a program and the Debian package that has it.
  public init(_ name: String, package: String) { (self.name, self.package) = (name, package) }

  /// Runs the program to its end; what it prints is dropped.
  ///
  /// - Parameters:
  ///   - input: What it reads from standard input.
  ///   - variables: Variables of its environment beside those of this process.
  ///   - place: What an error is about.
  /// - Throws: `InputError` where there is no such program, or with its first complaint where it fails.
  public func run(
    _ arguments: [String], input: String = "", variables: [String: String] = [:],
    about place: SourcePlace
  ) async throws {
    let environment = variables.map { (Environment.Key(stringLiteral: $0), Optional($1)) }
    let result: ExecutionResult<Void, DiscardedOutput, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments),
        environment: .inherit.updating(Dictionary(environment, uniquingKeysWith: { a, _ in a })),
        input: .string(input), output: .discarded, error: .string(limit: 1 << 20))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw InputError(
        place, "expected the command \(name) in PATH (Debian package \(package)), found none")
    }
    guard !result.terminationStatus.isSuccess else { return }
    let lines = result.standardError.split(separator: "\n")
    let complaint = lines.first.map { $0.replacing("\(name): ", with: "") } ?? "it failed"
    throw InputError(place, "\(name): \(complaint)")
  }
}
