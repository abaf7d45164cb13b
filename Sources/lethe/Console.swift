internal import Foundation
internal import Records
internal import Synchronization

/// Standard error: messages, and a line of progress that stays in place on a terminal.
enum Console {
  /// True where standard error is a terminal.
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Writes a line, above the lines that stay in place.
  static func log(_ text: String) {
    let lines = shown.withLock { $0 }
    write((isTerminal ? erasure(lines.count) : "") + text + "\n")
    if !lines.isEmpty { draw(lines) }
  }

  /// Writes a line that names a problem.
  static func error(_ text: String) { log("error: \(text)") }

  /// Replaces the progress line; only on a terminal.
  static func progress(_ text: String) { if isTerminal { write("\r\u{1B}[K" + text) } }

  /// Removes the progress line.
  static func endProgress() { progress("") }

  /// The lines that stay in place.
  private static let shown = Mutex<[String]>([])

  /// Replaces the lines that stay in place; only on a terminal.
  static func stay(_ lines: [String]) {
    guard isTerminal else { return }
    let cut = lines.map { String($0.prefix(width - 1)) }
    let height = shown.withLock { shown in
      defer { shown = cut }
      return shown.count
    }
    write(erasure(height))
    draw(cut)
  }

  private static func draw(_ lines: [String]) {
    write(lines.map { $0 + "\n" }.joined())
  }

  /// Moves to the start of the lines that stay and clears from there.
  private static func erasure(_ height: Int) -> String {
    (height > 0 ? "\u{1B}[\(height)A" : "") + "\r\u{1B}[J"
  }

  /// Columns of the terminal.
  private static var width: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
      ? Int(size.ws_col) : 80
  }

  /// Writes a question that is to be answered on the same line.
  static func ask(_ text: String) { write(text + " ") }

  /// Writes to standard error. Text that a closed or full standard error does not take is lost, without an error.
  private static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// Shows the progress of loading data once it has taken a second: in place on a terminal, else
/// as a line every five seconds.
final class LoadingDisplay: Sendable {
  private static let patience = Duration.seconds(1)
  private static let interval = Duration.seconds(Console.isTerminal ? 0.1 : 5.0)

  /// The time from which the next line may be shown, and a mark that the terminal shows one.
  private struct State {
    var next = ContinuousClock.now + patience
    var isShown = false
  }

  private let state = Mutex(State())

  /// Shows how much is loaded, if the last line is old enough.
  ///
  /// - Parameter total: Number of files or images. A data set of several parts counts each part from 0.
  func show(_ done: Int, _ total: Int) {
    state.withLock { state in
      let now = ContinuousClock.now
      guard now >= state.next else { return }
      state.next = now + Self.interval
      let text = "loading data: \(done)/\(total)"
      if Console.isTerminal {
        Console.progress(text)
        state.isShown = true
      } else if done < total {
        Console.log(text)
      }
    }
  }

  /// Removes the line from the terminal.
  func end() {
    state.withLock { state in
      if state.isShown { Console.endProgress() }
      state.isShown = false
    }
  }
}

/// Prints a value as one JSON document on standard output.
func printJSON(_ value: some Encodable) throws {
  print(String(decoding: try jsonData(value, of: "--json"), as: UTF8.self), terminator: "")
}
