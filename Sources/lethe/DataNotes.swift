internal import Datasets
internal import Synchronization

extension Dataset {
  /// What is to be said of the data, a line each: notes, and files that were skipped. A line that was asked for
  /// before, such as of another arm's data, is not repeated.
  func news() -> [String] {
    var lines = skipped.map { "skipped \($0.file): \($0.problem)" }
    if !lines.isEmpty {
      lines.append("skipped \(lines.count) broken file\(lines.count == 1 ? "" : "s")")
    }
    lines += notes.map { "note: \($0)" }
    return saidLines.withLock { said in lines.filter { said.insert(Array($0.utf8)).inserted } }
  }
}

private let saidLines = Mutex<Set<[UInt8]>>([])
