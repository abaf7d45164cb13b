import FolderSupport
import Files
import Foundation
import Testing

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

  @Test(arguments: [true, false]) func aFolderIsThereWholeOrNotAtAll(_ isThere: Bool) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a/b", isDirectory: true)
      if isThere {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for name in ["old", "x"] {
          try Data("old".utf8).write(to: url.appendingPathComponent(name))
        }
      }
      func write(_ fails: Bool) throws {
        try AtomicFile.writeFolder(url) { staging in
          for name in ["x", "y"] {
            try Data("new".utf8).write(to: staging.appendingPathComponent(name))
            if fails { throw Stop() }
          }
        }
      }
      #expect(throws: Stop.self) { try write(true) }
      #expect(FileManager.default.fileExists(atPath: url.path) == isThere)
      if isThere { #expect(try names(in: url) == ["old", "x"]) }
      #expect(try names(in: folder.appendingPathComponent("a")) == (isThere ? ["b"] : []))
      try write(false)
      #expect(try names(in: url) == (isThere ? ["old", "x", "y"] : ["x", "y"]))
      let text = try String(contentsOf: url.appendingPathComponent("x"), encoding: .utf8)
      #expect(text == "new")
      #expect(try names(in: folder.appendingPathComponent("a")) == ["b"])
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
      #expect(
        complaint { try AtomicFile.write(Data(), to: URL(fileURLWithPath: "/dev/null")) }
          == "/dev/null: expected a regular file, found a device or a pipe")
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
      .appendingPathComponent("lethe-files-\(UUID().uuidString)")
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
