internal import Foundation
internal import Synchronization

/// Standard error: messages, and a line of progress that stays in place on a terminal.
enum Console {
  /// Whether standard error is a terminal.
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Writes a line.
  static func log(_ text: String) { write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n") }

  /// Writes a line that names a problem.
  static func error(_ text: String) { log("error: \(text)") }

  /// Replaces the progress line; only on a terminal.
  static func progress(_ text: String) { if isTerminal { write("\r\u{1B}[K" + text) } }

  private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Whether the user asked to stop with Ctrl-C, or a scheduler with a signal.
enum Interruption {
  private static let requested = Atomic(false)

  /// Turns SIGINT and SIGTERM into requests; a second one ends the process at once.
  static func watch() {
    for signalNumber in [SIGINT, SIGTERM] {
      signal(signalNumber) { number in
        if Interruption.requested.exchange(true, ordering: .relaxed) { _exit(128 + number) }
      }
    }
  }

  static var isRequested: Bool { requested.load(ordering: .relaxed) }
}

/// Prints a value as one JSON document on standard output.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
