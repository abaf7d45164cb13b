import FolderSupport
import Foundation
import Records
import Testing

/// Compares event files with the bytes that TensorBoard's own writer makes. `Tests/TrainingTests/Fixtures` has a
/// script that reads complete files with TensorBoard.
@Suite struct EventWriterTests {
  /// The test values of RFC 3720, §B.4.
  @Test func checksums() {
    #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(Checksum.crc32c([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(Checksum.crc32c(0..<32) == 0x46DD_794E)
    #expect(Checksum.crc32c((0..<32).reversed()) == 0x113F_DB5C)
  }

  /// The record that TensorBoard's RecordWriter makes of Event(wall_time=1.5, step=300, summary={loss/a: 0.25}).
  @Test func aRecordIsFramedAsByTensorBoard() throws {
    let record = try bytes("RECORD")
    #expect(EventWriter.record(try bytes("EVENT")) == record)
  }

  @Test func aTrialThatGoesOnStartsAFileThatComesLater() throws {
    try withTemporaryFolder { folder in
      let events = folder.appendingPathComponent("tensorboard")
      for step in [0, 40, 80] {
        let writer = try EventWriter(in: events, resumingAt: step)
        try writer.add(step: step + 10, [("loss/a", 0.25)])
      }
      try check(events)
    }
  }

  /// Each step is in the files once, from wherever a trial resumes.
  @Test(arguments: [[0, 0], [0, 39], [0, 20, 0, 30], [0, 1, 2]]) func noStepIsToldTwice(
    _ starts: [Int]
  ) throws {
    try withTemporaryFolder { folder in
      let events = folder.appendingPathComponent("tensorboard")
      for start in starts {
        let writer = try EventWriter(in: events, resumingAt: start)
        for step in start + 1..<start + 41 { try writer.add(step: step, [("loss/a", 0.25)]) }
        try cutLastRecord(in: events)
      }
      let last = try #require(starts.last)
      #expect(try steps(in: events) == Array(1..<last + 40))
    }
  }

  /// Cuts the last record short, as a process that is killed while it writes does.
  private func cutLastRecord(in events: URL) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: events.path).sorted()
    let file = events.appendingPathComponent(try #require(names.last))
    try Data(contentsOf: file).dropLast(5).write(to: file)
  }

  /// The steps of all complete scalars, in the order of the files.
  private func steps(in events: URL) throws -> [Int] {
    let names = try FileManager.default.contentsOfDirectory(atPath: events.path).sorted()
    return try names.flatMap { name -> [Int] in
      var rest = [UInt8](try Data(contentsOf: events.appendingPathComponent(name)))[...]
      var found: [Int] = []
      while rest.count >= 16 {
        let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard rest.count >= length + 16 else { break }
        let event = Array(rest.dropFirst(12).prefix(length))
        // An event is its time, its step in one byte below 128, and its summary.
        if event[11] == 0x2A { found.append(Int(event[10])) }
        rest = rest.dropFirst(length + 16)
      }
      return found
    }
  }

  private func check(_ events: URL) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: events.path).sorted()
    #expect(names.count == 3)
    // Only the wall time of a message differs between runs; step and scalar do not.
    let last = try Data(contentsOf: events.appendingPathComponent(names[2]))
    #expect(last.range(of: Data("brain.Event:2".utf8)) != nil)
    // Field 2 (step) 81, then field 7 (session log) with status START.
    #expect(last.range(of: Data([0x10, 81, 0x3A, 2, 8, 1])) != nil)
    #expect(last.range(of: Data([0x10, 90])) != nil)
    let first = try Data(contentsOf: events.appendingPathComponent(names[0]))
    #expect(first.range(of: Data([0x3A, 2, 8, 1])) == nil)
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    let hex = try #require(Self.known[name])
    return stride(from: 0, to: hex.count, by: 2).compactMap { index in
      let start = hex.index(hex.startIndex, offsetBy: index)
      return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
    }
  }

  private static let known = [
    "EVENT": "09000000000000f83f10ac022a0f0a0d0a066c6f73732f61150000803e",
    "RECORD":
      "1d00000000000000602fdf2309000000000000f83f10ac022a0f0a0d0a066c6f73732f61150000803e2125bb90",
  ]
}
