import Foundation
import Records
import Testing

@Suite struct ResultsFolderTests {
  @Test func paths() throws {
    let results = ResultsFolder(for: try parse(minimalGAN), chosen: "/r")
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
    let standard = ResultsFolder(for: try parse(minimalGAN))
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
    // /proc takes no new entries, not even from root.
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
      try trial.removeTemporaries()
      #expect(try names(in: trial.url) == [".other", "samples"])
      #expect(try names(in: trial.samplesFolder) == [".other", "final"])
      #expect(try names(in: trial.finalSamplesFolder) == [".other"])
    }
  }
}

@Suite struct AtomicFileTests {
  struct Stop: Error {}

  @Test func aFileAppearsWholeAndReplacesTheOldOne() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.txt")
      for text in ["first", "second, longer", ""] {
        try AtomicFile.write(Data(text.utf8), to: url)
        #expect(try String(contentsOf: url, encoding: .utf8) == text)
        #expect(try names(in: folder) == ["a.txt"])
      }
    }
  }

  @Test func aWriteThatFailsLeavesTheOldFileAndNoTemporary() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.txt")
      try AtomicFile.write(Data("old".utf8), to: url)
      #expect(throws: Stop.self) {
        try AtomicFile.write(to: url) { file in
          try file.write(Data("half of the n".utf8))
          #expect(try names(in: folder).count == 2)
          throw Stop()
        }
      }
      #expect(try String(contentsOf: url, encoding: .utf8) == "old")
      #expect(try names(in: folder) == ["a.txt"])
    }
  }

  @Test func whereNothingCanBeWritten() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appendingPathComponent("no/a.txt")
      #expect(
        complaint { try AtomicFile.write(Data(), to: missing) }
          == "\(missing.path): cannot write: No such file or directory")
      let occupied = folder.appendingPathComponent("taken")
      try FileManager.default.createDirectory(at: occupied, withIntermediateDirectories: true)
      #expect(
        complaint { try AtomicFile.write(Data(), to: occupied) }
          == "\(occupied.path): cannot write: Is a directory")
      #expect(try names(in: folder) == ["taken"])
    }
  }

  @Test func aFullDisk() {
    let message = complaint {
      let file = try FileWriter(appendingTo: "/dev/full")
      try file.write(Data("x".utf8))
    }
    #expect(message == "/dev/full: cannot write: No space left on device")
  }

  @Test func manyWritersAtOnce() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lethe-records-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("a.bin")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for byte in 0..<UInt8(16) {
        group.addTask { try AtomicFile.write(Data(repeating: byte, count: 100_000), to: url) }
      }
      try await group.waitForAll()
    }
    let data = try Data(contentsOf: url)
    #expect(data.count == 100_000)
    #expect(Set(data).count == 1)
    #expect(try names(in: folder) == ["a.bin"])
  }
}
