internal import Complaints
internal import Files
public import Foundation

/// Writes `log.jsonl`: one JSON object a line, with `step` first and then named numbers.
///
/// JSON has no NaN and no infinities; they are written as the strings `"NaN"`, `"Infinity"` and
/// `"-Infinity"`, which Python's `float()` reads, so that the line of a step that went wrong shows
/// how. A line is in the file when `append` returns.
public struct LogWriter: ~Copyable {
  private let file: FileWriter

  /// Opens a log to go on from a step: lines of later steps, and what a killed process has left of
  /// a line, are removed first. Step 0 starts a log of lines of step 0 at most.
  ///
  /// - Parameter isKept: Which lines of earlier steps are kept; those at the end of a training that now goes
  ///   on need not be.
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
  ///   - values: Numbers by name, in the order they are to stand; no two of one name.
  /// - Throws: `FileError`.
  public func append(step: Int, _ values: [(name: String, value: Double)]) throws {
    let members = values.map { ",\(jsonQuoted($0.name)):\(jsonNumber($0.value))" }
    try file.write(Data("{\"step\":\(step)\(members.joined())}\n".utf8))
  }

  /// Waits until all lines are on the disk.
  ///
  /// - Throws: `FileError`.
  public func synchronize() throws { try file.synchronize() }

  /// The whole lines of a log whose steps are kept.
  private static func lines(of data: Data, keeping isKept: (Int) -> Bool) -> Data {
    let newline = UInt8(ascii: "\n")
    guard let end = data.lastIndex(of: newline) else { return Data() }
    var kept = Data()
    for line in data[..<end].split(separator: newline) {
      guard let step = LogLines.step(of: line), isKept(step) else { continue }
      kept.append(line)
      kept.append(newline)
    }
    return kept
  }
}
