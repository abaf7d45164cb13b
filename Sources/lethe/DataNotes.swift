internal import Datasets
internal import Synchronization

extension Dataset {
  /// Messages about the data, one line each: skipped files, their number, and notes. Messages that were
  /// returned before are left out, so that arms with the same data do not repeat them.
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
