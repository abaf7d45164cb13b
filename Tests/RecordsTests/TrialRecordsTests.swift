import FolderSupport
import Foundation
import Records
import Testing

/// A provenance on a processor of the given name.
private func made(on processor: String) -> Provenance {
  Provenance(
    versions: ["oneDNN": "2.6.0", "lethe": "0.1.0"],
    machine: .init(processor: processor, isa: "avx2", threads: 2, system: "Debian"))
}

@Suite struct TrialStatusTests {
  let status = TrialStatus(
    state: .failed, reason: "loss became NaN: \"d/fc\"", step: 12, steps: 3000,
    started: Date(timeIntervalSince1970: 1_700_000_000.75),
    updated: Date(timeIntervalSince1970: 1_700_000_100), seconds: 99.5,
    madeBy: made(on: "a"))

  @Test func theFile() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("status.json")
      try status.write(to: url)
      let expected = """
        {
          "machine" : {
            "isa" : "avx2",
            "processor" : "a",
            "system" : "Debian",
            "threads" : 2
          },
          "reason" : "loss became NaN: \\"d/fc\\"",
          "seconds" : 99.5,
          "started" : "2023-11-14T22:13:20Z",
          "state" : "failed",
          "step" : 12,
          "steps" : 3000,
          "updated" : "2023-11-14T22:15:00Z",
          "versions" : {
            "lethe" : "0.1.0",
            "oneDNN" : "2.6.0"
          }
        }

        """
      #expect(try String(contentsOf: url, encoding: .utf8) == expected)
      #expect(try TrialStatus.read(from: url) == status)
    }
  }

  @Test func aFinishedTrialReadsBack() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("status.json")
      var finished = status
      finished.state = .finished
      finished.reason = nil
      finished.finished = finished.updated
      try finished.write(to: url)
      #expect(try TrialStatus.read(from: url) == finished)
    }
  }

  @Test func whatMadeTheFirstStepsReadsBack() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("status.json")
      var status = status
      status.earlier = [.init(lastStep: 7, madeBy: made(on: "b"))]
      status.data = ["training": "0a"]
      status.measured = "ff"
      try status.write(to: url)
      let read = try #require(try TrialStatus.read(from: url))
      #expect(read == status)
      #expect(read.allMadeBy == [made(on: "b"), made(on: "a")])
    }
  }

  @Test func differencesOfWhatMadeTrials() {
    #expect(Provenance.differences(among: []).isEmpty)
    #expect(Provenance.differences(among: [made(on: "a"), made(on: "a")]).isEmpty)
    var other = made(on: "b")
    other.versions["commit"] = "c0ffee"
    other.versions["oneDNN"] = "3.1"
    #expect(
      Provenance.differences(among: [made(on: "a"), other, made(on: "c")]) == [
        "processor: a, b, c", "oneDNN: 2.6.0, 3.1", "commit: unknown, c0ffee",
      ])
  }

  @Test func noFileIsNoStatus() throws {
    try withTemporaryFolder { folder in
      let missing = try TrialStatus.read(from: folder.appendingPathComponent("status.json"))
      #expect(missing == nil)
      #expect(
        complaint { try TrialStatus.read(from: folder) }
          == "\(folder.path): cannot read: Is a directory")
    }
  }

  @Test(arguments: [
    "", "{", "[]", "{\"state\": \"running\"}", "{\"state\": \"asleep\"}", "\u{0}\u{0}",
  ])
  func aFileThatIsNoStatus(_ text: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("status.json")
      try Data(text.utf8).write(to: url)
      #expect(
        complaint { try TrialStatus.read(from: url) }
          .hasPrefix("\(url.path): expected the status of a trial, found something else: "))
    }
  }
}

@Suite struct LogWriterTests {
  private func write(_ url: URL, from step: Int, _ steps: ClosedRange<Int>) throws {
    let log = try LogWriter(url, resumingAt: step)
    for step in steps { try log.append(step: step, [("d_loss", Double(step) / 8)]) }
  }

  private func line(_ step: Int) -> String {
    "{\"step\":\(step),\"d_loss\":\(Double(step) / 8)}\n"
  }

  @Test func aLineAStep() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      let log = try LogWriter(url, resumingAt: 0)
      try log.append(step: 1, [("g_loss", 0.1), ("a \"b\"\n", 1e-30), ("n", 3)])
      // The line is in the file at once, not only after closing.
      #expect(
        try String(contentsOf: url, encoding: .utf8)
          == "{\"step\":1,\"g_loss\":0.1,\"a \\\"b\\\"\\n\":1e-30,\"n\":3.0}\n")
      try log.append(step: 2, [("x", .nan), ("y", .infinity), ("z", -.infinity)])
      let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
      #expect(lines[1] == #"{"step":2,"x":"NaN","y":"Infinity","z":"-Infinity"}"#)
      for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }

  @Test func goingOnFromACheckpointDropsLaterLines() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      try write(url, from: 0, 1...30)
      try write(url, from: 20, 21...25)
      let expected = (1...25).map(line).joined()
      #expect(try String(contentsOf: url, encoding: .utf8) == expected)
      try write(url, from: 0, 1...1)
      #expect(try String(contentsOf: url, encoding: .utf8) == line(1))
      #expect(try names(in: folder) == ["log.jsonl"])
    }
  }

  @Test func linesOfAnEarlierEndAreDropped() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      try write(url, from: 0, 1...7)
      let log = try LogWriter(url, resumingAt: 6) { $0 % 2 == 0 }
      try log.synchronize()
      #expect(try LogLines.steps(in: url) == [2, 4, 6])
      #expect(try LogLines.steps(in: folder.appendingPathComponent("none")) == [])
    }
  }

  @Test func aKilledProcessMayStopAnywhereInALine() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      let whole = Array((1...3).map(line).joined().utf8)
      for count in 0...whole.count {
        try Data(whole[..<count]).write(to: url)
        let done = whole[..<count].count { $0 == UInt8(ascii: "\n") }
        try write(url, from: done, done + 1...4)
        #expect(try String(contentsOf: url, encoding: .utf8) == (1...4).map(line).joined())
      }
    }
  }

  @Test func linesThatAreNoneAreDropped() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      try Data((line(1) + "\0\0\0\n\n{\"loss\":1}\n" + line(2)).utf8).write(to: url)
      try write(url, from: 2, 3...3)
      #expect(try String(contentsOf: url, encoding: .utf8) == (1...3).map(line).joined())
    }
  }

  @Test func aFullDisk() {
    #expect(
      complaint {
        let log = try LogWriter(URL(fileURLWithPath: "/proc/lethe.jsonl"), resumingAt: 0)
        try log.append(step: 1, [])
      } == "/proc/lethe.jsonl: cannot write: No such file or directory")
  }
}

/// Records that no version has written.
@Suite struct WrongRecordTests {
  private static let sweep = """
    {"version": 3, "name": "a", "folder": ".", "overrides": [], "primary": [],
      "arms": [{"name": "none", "sites": [], "grid": [], "overrides": [], "rate": 0.5}],
      "trials": [{"arm": "none", "seed": 3, "folder": "none-s3-0123456789"}]}
    """

  @Test(arguments: [
    ("0.5", "1e19", "arms.0.rate: expected a probability in 0 ≤ rate < 1, found 1e+19"),
    ("0.5", "1", "arms.0.rate: expected a probability in 0 ≤ rate < 1, found 1.0"),
    ("0.5", "-0.1", "arms.0.rate: expected a probability in 0 ≤ rate < 1, found -0.1"),
    (
      "3, \"folder\"", "-1, \"folder\"",
      "trials.0.seed: expected a seed from 0 to 4294967295, found -1"
    ),
    (
      "none-s3", "../none-s3",
      "trials.0.folder: expected the name of a folder, found ../none-s3-0123456789"
    ),
  ])
  func plansAreChecked(_ from: String, _ to: String, _ expected: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("sweep.json")
      try Data(Self.sweep.utf8).write(to: url)
      #expect(try SweepRecord.read(from: url)?.arms[0].rate == 0.5)
      try Data(Self.sweep.replacing(from, with: to).utf8).write(to: url)
      #expect {
        try SweepRecord.read(from: url)
      } throws: { error in
        "\(error)" == "\(url.path): \(expected)"
      }
    }
  }

  @Test(arguments: [
    ("\"seconds\" : 9", "\"seconds\" : -1e300", "seconds"),
    ("\"step\" : 1", "\"step\" : -1", "step"),
    ("\"steps\" : 2", "\"steps\" : -2", "steps"),
  ])
  func statusesAreChecked(_ from: String, _ to: String, _ key: String) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("status.json")
      let time = Date(timeIntervalSince1970: 1e9)
      try TrialStatus(
        state: .failed, step: 1, steps: 2, started: time, updated: time, seconds: 9,
        madeBy: made(on: "a")
      ).write(to: url)
      let text = try String(contentsOf: url, encoding: .utf8)
      try #require(text.contains(from))
      try Data(text.replacing(from, with: to).utf8).write(to: url)
      #expect {
        try TrialStatus.read(from: url)
      } throws: { error in
        "\(error)".hasPrefix("\(url.path): \(key): expected a number from 0 to 1e18, found -")
      }
    }
  }

  @Test func aNumberThatJSONHasNoWordForIsNamed() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.json")
      #expect {
        try writeJSON(["list": [["x": 1.0], ["x": -.infinity]]], to: url)
      } throws: { error in
        "\(error)" == "\(url.path): list.1.x: expected a finite number, found -inf"
      }
      #expect(!FileManager.default.fileExists(atPath: url.path))
    }
  }
}
