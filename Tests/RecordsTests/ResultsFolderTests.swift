import FolderSupport
import Files
import Foundation
import Records
import Testing

@Suite struct ResultsFolderTests {
  @Test func paths() throws {
    let results = ResultsFolder(for: try smallest(), chosen: "/r")
    #expect(results.experiment.path == "/r/experiment.yaml")
    #expect(results.trialsTable.path == "/r/trials.csv")
    #expect(results.report.path == "/r/report.html")
    #expect(results.reportData.path == "/r/report.json")
    let trial = results.trial("none-s1-0123456789")
    #expect(trial.name == "none-s1-0123456789")
    let root = "/r/trials/none-s1-0123456789"
    #expect(trial.configuration.path == root + "/config.yaml")
    #expect(trial.status.path == root + "/status.json")
    #expect(trial.metrics.path == root + "/metrics.json")
    #expect(trial.log.path == root + "/log.jsonl")
    #expect(trial.checkpoint.path == root + "/checkpoint.safetensors")
    #expect(trial.samples(step: 500, fileExtension: "png").path == root + "/samples/000500.png")
    #expect(trial.samples(step: 1_234_567, fileExtension: "wav").lastPathComponent == "1234567.wav")
    #expect(trial.finalSample(3, fileExtension: "png").path == root + "/samples/final/00003.png")
    #expect(trial.nearest(fileExtension: "wav").path == root + "/nearest.wav")
    let standard = ResultsFolder(for: try smallest())
    #expect(
      standard.url.path == FileManager.default.currentDirectoryPath + "/results/digits")
  }

  @Test func foldersAreMadeOnceAndListed() throws {
    try withTemporaryFolder { folder in
      let results = ResultsFolder(folder.appendingPathComponent("a/b"))
      #expect(results.trials().isEmpty)
      for _ in 0..<2 {
        try results.create()
        try results.trial("b-s0-1").create()
        try results.trial("a-s0-1").create()
      }
      #expect(results.trials().map(\.name) == ["a-s0-1", "b-s0-1"])
      #expect(try names(in: results.trial("a-s0-1").url) == ["samples"])
      #expect(try names(in: results.trial("a-s0-1").samplesFolder) == ["final"])
    }
  }

  @Test func aFileInTheWay() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      let results = ResultsFolder(file.appendingPathComponent("results"))
      #expect(
        complaint { try results.create() } == "\(file.path): cannot make a folder: Not a directory")
    }
  }

  @Test func aFolderThatCannotBeMade() {
    // Nobody can make a folder in /proc, not even root.
    let results = ResultsFolder(URL(fileURLWithPath: "/proc/lethe/results"))
    #expect(
      complaint { try results.create() }
        == "/proc/lethe: cannot make a folder: No such file or directory")
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere")) func aReadOnlyFolder() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
      let results = ResultsFolder(folder)
      #expect(
        complaint { try results.create() }
          == "\(folder.path)/trials: cannot make a folder: Permission denied")
    }
  }

  @Test func temporariesOfKilledProcessesAreRemoved() throws {
    try withTemporaryFolder { folder in
      let trial = TrialFolder(folder.appendingPathComponent("t"))
      try trial.create()
      for folder in [trial.url, trial.samplesFolder, trial.finalSamplesFolder] {
        try Data().write(to: folder.appendingPathComponent(".a.png.123-1.lethe-tmp"))
        try Data().write(to: folder.appendingPathComponent(".other"))
      }
      // Taking the lock removes temporary files in the folder itself.
      let lock = try FolderLock(trial.url)
      #expect(try names(in: trial.url) == [".lock", ".other", "samples"])
      #expect(try names(in: trial.samplesFolder).count == 3)
      try trial.removeTemporaries()
      try lock.confirm()
      #expect(try names(in: trial.samplesFolder) == [".other", "final"])
      #expect(try names(in: trial.finalSamplesFolder) == [".other"])
    }
  }
}

@Suite struct TrialReadingTests {
  /// A trial's folder with a status.
  private func withTrial(
    _ state: TrialStatus.State?, step: Int = 5, measured: String? = "aa",
    _ body: (TrialFolder) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let trial = TrialFolder(folder.appendingPathComponent("t"))
      try trial.create()
      if let state {
        try TrialStatus(
          state: state, step: step, steps: 5, started: Date(), updated: Date(), seconds: 1,
          madeBy: Provenance(versions: [:], machine: nil), measured: measured
        ).write(to: trial.status)
      }
      try Data("{\"values\": {}}".utf8).write(to: trial.metrics)
      try body(trial)
    }
  }

  static let goal = TrialGoal(steps: 5, measured: "aa")

  @Test(
    arguments: [
      (nil, .waiting), (.running, .interrupted), (.interrupted, .interrupted), (.failed, .failed),
      (.finished, .finished),
    ] as [(TrialStatus.State?, TrialState)])
  func states(_ status: TrialStatus.State?, _ state: TrialState) throws {
    try withTrial(status) { trial in
      let reading = trial.read(goal: Self.goal)
      #expect(reading.state == state && reading.problem == nil)
      #expect(reading.status?.state == status)
      let lock = try FolderLock(trial.url)
      #expect(
        trial.read(goal: Self.goal).state
          == ([nil, .running].contains(status) ? .running : state))
      withExtendedLifetime(lock) {}
    }
  }

  /// A trial is finished when it has reached the goal that is given.
  @Test(arguments: [(5, "aa", true), (4, "aa", false), (6, "aa", false), (5, "bb", false)])
  func theGoal(_ step: Int, _ measured: String, _ isFinished: Bool) throws {
    try withTrial(.finished, step: step, measured: measured) { trial in
      #expect(trial.read().state == .finished)
      #expect(trial.read(goal: Self.goal).state == (isFinished ? .finished : .interrupted))
    }
  }

  @Test(arguments: ["", "{", "[]", "{\"state\": \"asleep\"}"]) func aBrokenStatus(_ text: String)
    throws
  {
    try withTrial(.finished) { trial in
      try Data(text.utf8).write(to: trial.status)
      let reading = trial.read(goal: Self.goal)
      #expect(reading.state == .waiting && reading.status == nil)
      #expect(reading.problem?.hasPrefix("\(trial.status.path): expected the status") == true)
    }
  }

  @Test(arguments: [nil, "", "[]", "{", "{}", "{\"values\": {\"recall\": 0.5}}"])
  func noMetrics(_ text: String?) throws {
    try withTrial(.finished) { trial in
      try FileManager.default.removeItem(at: trial.metrics)
      try text.map { try Data($0.utf8).write(to: trial.metrics) }
      let reading = trial.read(goal: Self.goal)
      #expect(reading.state == .interrupted)
      #expect(reading.problem?.hasPrefix("\(trial.metrics.path): ") == true)
    }
  }

  @Test func aFolderThatWasDeleted() throws {
    try withTrial(nil) { trial in
      let lock = try FolderLock(trial.url)
      try lock.confirm()
      try FileManager.default.removeItem(at: trial.url)
      #expect(throws: FolderRemoved.self) { try lock.confirm() }
      try trial.create()
      #expect(throws: FolderRemoved.self) { try lock.confirm() }
      let other = try FolderLock(trial.url)
      #expect(throws: FolderRemoved.self) { try lock.confirm() }
      try other.confirm()
    }
  }

  @Test func brokenFilesAreSetAside() throws {
    try withTrial(.finished) { trial in
      for text in ["a", "b"] {
        try Data(text.utf8).write(to: trial.checkpoint)
        #expect(try trial.setAside(trial.checkpoint) == "checkpoint.safetensors.broken")
      }
      let kept = trial.url.appendingPathComponent("checkpoint.safetensors.broken")
      #expect(try String(contentsOf: kept, encoding: .utf8) == "b")
      #expect(!FileManager.default.fileExists(atPath: trial.checkpoint.path))
    }
  }
}
