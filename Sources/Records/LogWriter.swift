internal import Complaints
internal import Files
public import Foundation

/// Writes `log.jsonl`, a `LogLine` for each step that is logged. A line is in the file when `append` returns.
public struct LogWriter: ~Copyable {
  private let file: FileWriter

  /// Opens a log to continue after a step. Lines of later steps, and the half-written line of a killed
  /// process, are removed first; step 0 keeps at most lines of step 0.
  ///
  /// - Parameter isKept: Returns true for a step up to `step` whose line is kept. The last line of a shorter
  ///   training, for example, is dropped when the training goes on.
  /// - Throws: `FileError`.
  public init(_ url: URL, resumingAt step: Int, keeping isKept: (Int) -> Bool = { _ in true })
    throws
  {
    if let data = try readFile(url) {
      let kept = Self.lines(of: data) { $0 <= step && isKept($0) }
      if kept != data { try AtomicFile.write(kept, to: url) }
    }
    file = try FileWriter(appendingTo: url.path)
  }

  /// Adds a line.
  ///
  /// - Parameters:
  ///   - step: Steps done.
  ///   - values: Numbers by unique names, in the order of the line.
  /// - Throws: `FileError`.
  public func append(step: Int, _ values: [(name: String, value: Double)]) throws {
    try file.write(Data(LogLine(step: step, values).text.utf8))
  }

  /// Waits until all lines are on the disk.
  ///
  /// - Throws: `FileError`.
  public func synchronize() throws { try file.synchronize() }

  /// The complete lines of a log whose steps are kept.
  private static func lines(of data: Data, keeping isKept: (Int) -> Bool) -> Data {
    let newline = UInt8(ascii: "\n")
    guard let end = data.lastIndex(of: newline) else { return Data() }
    var kept = Data()
    for line in data[..<end].split(separator: newline) {
      guard let step = LogLine(reading: line)?.step, isKept(step) else { continue }
      kept.append(line)
      kept.append(newline)
    }
    return kept
  }
}
