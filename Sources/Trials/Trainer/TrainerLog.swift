internal import Foundation
internal import Records

/// The log of a trainer's command, copied to the trial's `log.jsonl` as it grows.
final class TrainerLog {
  private let file: URL
  private let writer: LogWriter
  private var offset: UInt64 = 0
  private var rest = Data()
  /// The last step that was copied.
  private(set) var last: LogLine?
  /// Number of lines that are no JSON objects with a `step`.
  private(set) var unreadable = 0

  /// Prepares to copy a log from its beginning.
  ///
  /// - Throws: `FileError`.
  init(_ file: URL, to folder: TrialFolder) throws {
    self.file = file
    writer = try LogWriter(folder.log, resumingAt: 0) { _ in false }
  }

  /// Copies the lines that have come since the last call. Of a step that is logged twice, the first line counts.
  ///
  /// - Throws: `FileError`.
  func copy() throws {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return }
    defer { try? handle.close() }
    guard (try? handle.seek(toOffset: offset)) != nil, let added = try? handle.readToEnd() else {
      return
    }
    offset += UInt64(added.count)
    rest.append(added)
    let newline = UInt8(ascii: "\n")
    guard let end = rest.lastIndex(of: newline) else { return }
    let lines = rest[...end].split(separator: newline)
    rest = Data(rest[rest.index(after: end)...])
    for line in lines {
      guard let read = LogLine(reading: Data(line)) else {
        unreadable += 1
        continue
      }
      guard read.step > last?.step ?? -1 else { continue }
      try writer.append(step: read.step, read.values)
      last = read
    }
  }
}
