import FolderSupport
import Files
import Foundation
import Testing

@Suite struct FileReaderTests {
  private let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }

  private func withFile(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.bin")
      try Data(bytes).write(to: url)
      try body(url)
    }
  }

  @Test func partsAreReadByPosition() throws {
    try withFile { url in
      let file = try FileReader(url.path)
      #expect(file.size == 1000)
      #expect(try file.read(3, at: 997) == Array(bytes[997...]))
      #expect(try file.bytes(upTo: 5) == Array(bytes[..<5]))
      #expect(try file.bytes(at: 990, upTo: 100) == Array(bytes[990...]))
      #expect(try file.bytes(at: 2000, upTo: 100).isEmpty)
      #expect(try readFile(url) == Data(bytes))
    }
  }

  @Test func aFileThatBecameShorterIsAFailureOfTheDisk() throws {
    try withFile { url in
      let file = try FileReader(url.path)
      try Data(bytes[..<10]).write(to: url, options: [])
      let error = #expect(throws: FileError.self) { try file.read(1000, at: 0) }
      #expect(error == FileError(url.path, action: "read", code: EIO))
      #expect(error?.isDiskFailure == true)
    }
  }

  @Test func whatIsNoFileIsNamed() throws {
    try withTemporaryFolder { folder in
      let (missing, pipe) = (folder.path + "/none", folder.path + "/pipe")
      #expect(
        complaint { _ = try FileReader(missing) }
          == "\(missing): cannot read: No such file or directory")
      #expect(
        complaint { _ = try FileReader(folder.path) }
          == "\(folder.path): cannot read: Is a directory")
      mkfifo(pipe, 0o600)
      #expect(
        complaint { _ = try FileReader(pipe) }
          == "\(pipe): expected a regular file, found a device or a pipe")
      #expect(try readFile(URL(fileURLWithPath: missing)) == nil)
      let found = try [folder.path, pipe, pipe + "/below", missing].map { try isFolder($0) }
      #expect(found == [true, false, nil, nil])
    }
  }

  @Test func aMappedFileOutlivesItsName() throws {
    try withFile { url in
      let file = try FileReader(url.path)
      let mapped = MappedFile(file, from: 100)
      try FileManager.default.removeItem(at: url)
      #expect(mapped.map { Array($0.bytes) } == Array(bytes[100...]))
    }
    try withFile { url in
      let file = try FileReader(url.path)
      let mapped = MappedFile(file, from: 1000)
      #expect(mapped == nil)
    }
  }

  @Test func aLibraryReadsFromTheStart() throws {
    try withFile { url in
      let file = try FileReader(url.path)
      _ = try file.read(10, at: 500)
      let handle = FileHandle(fileDescriptor: try file.duplicate(), closeOnDealloc: true)
      #expect(try handle.readToEnd() == Data(bytes))
    }
  }

  @Test func theEndOfAGrowingText() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.log")
      #expect(LastLines.of(url, count: 2).isEmpty)
      let lines = (0..<9000).map { "line \($0)" }
      try Data(lines.joined(separator: "\n").utf8).write(to: url)
      #expect(LastLines.of(url, count: 2) == ["line 8998", "line 8999"])
    }
  }
}

@Suite struct FolderEntriesTests {
  @Test func kindsAreTold() throws {
    try withTemporaryFolder { folder in
      let manager = FileManager.default
      for name in ["b", "b/below"] {
        try manager.createDirectory(
          at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
      }
      try Data().write(to: folder.appendingPathComponent(".hidden"))
      try manager.createSymbolicLink(
        atPath: folder.path + "/to folder", withDestinationPath: folder.path + "/b")
      try manager.createSymbolicLink(
        atPath: folder.path + "/to nothing", withDestinationPath: "/nowhere")
      let entries = try folderEntries(Array(folder.path.utf8), named: "f")
      let kinds = Dictionary(
        uniqueKeysWithValues: entries.map { (String(decoding: $0.name, as: UTF8.self), $0.kind) })
      #expect(
        kinds == [".hidden": .file, "b": .folder, "to folder": .link, "to nothing": .file])
      #expect(
        complaint { try folderEntries(Array("/nowhere".utf8), named: "f") }
          == "f: cannot read the folder: No such file or directory")
    }
  }

  @Test func resultsAreKnownByNames() {
    #expect(ResultsMarks.are(among: ["trials", "sweep.json", "a"]))
    #expect(ResultsMarks.are(among: ["config.yaml", "status.json"]))
    #expect(!ResultsMarks.are(among: ["trials", "status.json"]))
  }
}
