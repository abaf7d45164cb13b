internal import Files
internal import Foundation

/// The event files in a folder, as `EventWriter` has written them.
enum EventFiles {
  static let prefix = "events.out.tfevents."
  static let suffix = ".lethe"

  /// Removes records of steps beyond `step`, and half-written records of killed processes. A file without
  /// further records is deleted.
  ///
  /// - Throws: `FileError`.
  static func removeSteps(beyond step: Int, in folder: URL) throws {
    for name in names(in: folder) where name.hasSuffix(suffix) {
      let file = folder.appendingPathComponent(name)
      guard let data = try readFile(file) else { continue }
      let records = records(in: [UInt8](data))
      let kept = records.prefix { Self.step(of: $0) <= step }
      // The first record names the version of the format.
      if kept.count < 2 {
        try removeFile(file)
      } else if kept.reduce(0, { $0 + $1.count }) < data.count {
        try AtomicFile.write(Data(kept.joined()), to: file)
      }
    }
  }

  /// A file name that sorts after all existing ones even if the clock was set back, since TensorBoard reads files
  /// in the order of their names.
  static func nextName(in folder: URL) -> String {
    let times = names(in: folder).compactMap {
      Int($0.dropFirst(prefix.count).prefix { $0 != "." })
    }
    let now = max(Int(Date().timeIntervalSince1970), (times.max() ?? 0) + 1)
    let digits = String(now)
    return prefix + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + suffix
  }

  private static func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// Complete records with their frames, in order.
  private static func records(in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var records: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while rest.count >= EventWriter.frameBytes {
      let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(rest.count - EventWriter.frameBytes) else { break }
      let count = Int(length) + EventWriter.frameBytes
      records.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return records
  }

  /// The step of an event. Its first fields are the time, in 9 bytes, and the step, behind a key of one byte.
  private static func step(of record: ArraySlice<UInt8>) -> Int {
    let digits = record.dropFirst(EventWriter.headBytes + 10)
    var step: UInt64 = 0
    for (index, byte) in digits.prefix(10).enumerated() {
      step |= UInt64(byte & 127) << UInt64(7 * index)
      if byte < 128 { break }
    }
    return Int(truncatingIfNeeded: step)
  }
}
