import DataSupport
import Media
import Complaints
import Datasets
import Foundation
import Synchronization
import Testing

@Suite struct ImageFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(
    size: Int? = nil, channels: Int? = nil, skipBroken: Bool = false
  ) throws -> Dataset {
    try Dataset.load(
      ImageRequest(
        source: .path(folder.path), size: size, channels: channels, skipBroken: skipBroken))
  }

  @Test func foldersAreReadRecursively() throws {
    try folder.writePNG(grey(1), to: "b.png")
    try folder.writePNG(grey(2), to: "deep/er/a.PNG")
    try folder.write("apple".utf8, to: "._b.png")
    try folder.write("notes".utf8, to: "notes.txt")
    let data = try load()
    #expect(data.training.shape == [4, 4, 1])
    #expect(Set(data.training.all) == [grey(1).unit, grey(2).unit])
    #expect(data.training.isEightBit)
  }

  @Test func greyAndColourMix() throws {
    let rgb = Raster(height: 1, width: 2, channels: 3, samples: .bytes([255, 0, 0, 0, 0, 255]))
    try folder.writePNG(rgb, to: "a.png")
    try folder.writePNG(
      Raster(height: 1, width: 2, channels: 1, samples: .bytes([7, 9])), to: "b.png")
    let color = try load()
    #expect(color.training.shape == [1, 2, 3])
    let images = (0..<2).map { color.training.byteValues($0) }
    #expect(Set(images) == [[255, 0, 0, 0, 0, 255], [7, 7, 7, 9, 9, 9]])
    // 0.299 × 255 and 0.114 × 255.
    let luma = try load(channels: 1)
    #expect(Set((0..<2).map { luma.training.byteValues($0) }) == [[76, 29], [7, 9]])
  }

  @Test func sixteenBitsAreKeptAsFloats() throws {
    for name in ["grey16.png", "grey8.png"] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: fixtures + "/" + name))
      try folder.write(bytes, to: name)
    }
    let data = try load()
    #expect(!data.training.isEightBit)
    let expected = try ["grey16.png", "grey8.png"].map {
      try PNGFile.read(fixtures + "/" + $0).unit
    }
    #expect(Set(data.training.all) == Set(expected))
  }

  @Test func differentSizesNeedASize() throws {
    let first = try folder.writePNG(grey(1), to: "a.png")
    let second = try folder.writePNG(grey(2, height: 6, width: 8), to: "b.png")
    #expect(
      throws: DataError(
        file: second,
        problem: "expected 4×4 pixels like \(first), found 8×6; set a size to resize all images")
    ) { try load() }
    #expect(try load(size: 3).training.count == 2)
  }

  @Test func brokenFilesStopTheRunOrAreSkipped() throws {
    for index in 0..<20 { try folder.writePNG(grey(index), to: "\(index + 10).png") }
    let text = try folder.write("hello, world".utf8, to: "15.png")
    let whole = try PNGFile.encode(grey(3))
    let cut = try folder.write(whole.dropLast(20), to: "12.png")
    var damaged = whole
    damaged[whole.count - 20] ^= 1
    let bad = try folder.write(damaged, to: "13.png")
    for _ in 0..<20 {
      // The error is about the first broken header, since headers are read before pixels.
      do {
        _ = try load()
        Issue.record("no error")
      } catch let error as DataError {
        #expect(error.file == text)
        #expect(error.problem.hasPrefix("not a PNG, bad signature"))
      }
    }
    let data = try load(skipBroken: true)
    #expect(data.training.count == 17)
    #expect(data.skipped.map(\.file) == [cut, bad, text])
    #expect(data.skipped[0].problem.hasPrefix("truncated"))
    let whole17 = (0..<20).filter { ![2, 3, 5].contains($0) }.map { grey($0).unit }
    #expect(Set(data.training.all) == Set(whole17))
    try FileManager.default.removeItem(atPath: text)
    for _ in 0..<20 {
      do {
        _ = try load()
        Issue.record("no error")
      } catch let error as DataError {
        #expect(error.file == cut)
      }
    }
  }

  @Test func onlyBrokenFilesAreAnError() throws {
    let text = try folder.write("hello, world".utf8, to: "a.png")
    let start = "expected at least one readable file, found 1 broken ones, the first \(text): "
    #expect(problem { _ = try load(skipBroken: true) }.hasPrefix(start + "not a PNG"))
    try folder.write(PNGFile.encode(grey(3)).dropLast(20), to: "a.png")
    #expect(problem { _ = try load(skipBroken: true) }.hasPrefix(start + "truncated"))
  }

  @Test func emptyAndMissingFoldersAreErrors() throws {
    let expected =
      "expected .png, .jpg or .jpeg files or CIFAR-10's data_batch_*.bin in the folder, found "
    #expect(problem { _ = try load() } == expected + "an empty folder")
    try folder.write("text".utf8, to: "notes/a.txt")
    #expect(problem { _ = try load() } == expected + "2 files and folders of other kinds")
    let missing = ImageRequest(source: .path(folder.path + "/none"))
    #expect(
      problem { _ = try Dataset.load(missing) }
        == "expected a file or folder of images, found no such file")
  }

  @Test func otherSourcesAreErrors() throws {
    let expected =
      "expected a folder of .png, .jpg or .jpeg files, a .npy, IDX or CIFAR-10 .bin file, found "
    func loading(_ path: String) -> String {
      problem { _ = try Dataset.load(ImageRequest(source: .path(path))) }
    }
    let png = try folder.writePNG(grey(1), to: "a.png")
    #expect(loading(png) == expected + "a single PNG")
    let text = try folder.write("hello".utf8, to: "a.txt")
    #expect(loading(text) == expected + "a file that starts with 68 65 6c 6c 6f")
    let empty = try folder.write([], to: "a.dat")
    #expect(loading(empty) == expected + "an empty file")
    try folder.write([UInt8](repeating: 0, count: 3073), to: "data_batch_1.bin")
    #expect(
      problem { _ = try load() }
        == "expected either .png, .jpg or .jpeg files or CIFAR-10's data_batch_*.bin, found both")
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func unreadableFilesAreNamed() throws {
    let path = try folder.writePNG(grey(1), to: "a.png")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(problem { _ = try load() } == "cannot read: Permission denied")
  }

  @Test func aNamedPipeDoesNotBlock() throws {
    mkfifo(folder.path + "/a.png", 0o600)
    #expect(problem { _ = try load() } == "expected a regular file, found a device or a pipe")
  }

  @Test func progressReachesTheEnd() throws {
    for index in 0..<30 { try folder.writePNG(grey(index), to: "\(index).png") }
    let calls = Mutex<[Int]>([])
    _ = try Dataset.load(ImageRequest(source: .path(folder.path))) { done, total in
      calls.withLock { $0.append(done) }
      #expect(total == 30)
    }
    #expect(calls.withLock { $0 } == Array(1...30))
  }

  @Test(arguments: [
    (ImageRequest(source: .builtIn, size: 0), "size: expected a side of 1 to 8192, found 0"),
    (ImageRequest(source: .builtIn, size: 7), "size: expected a side of at least 8, found 7"),
    (ImageRequest(source: .builtIn, channels: 2), "channels: expected 1 or 3, found 2"),
    (ImageRequest(source: .builtIn, limit: 0), "limit: expected a positive number, found 0"),
    (
      ImageRequest(source: .builtIn, holdout: 1),
      "holdout: expected a share from 0 to below 1, found 1.0"
    ),
    (
      ImageRequest(source: .builtIn, holdout: .nan),
      "holdout: expected a share from 0 to below 1, found nan"
    ),
    (
      ImageRequest(source: .builtIn, shapesCount: 0),
      "shapes: expected a positive number of examples, found 0"
    ),
  ]) func badRequestsAreErrors(request: ImageRequest, expected: String) {
    #expect(problem { _ = try Dataset.load(request) } == expected)
  }

  @Test func whatCannotFitIntoMemoryIsRefused() {
    let large = ImageRequest(source: .builtIn, size: 8192, shapesCount: 1 << 30)
    #expect(problem { _ = try Dataset.load(large) }.contains(" MB of memory, and the machine"))
    let overflow = ImageRequest(source: .builtIn, shapesCount: .max)
    #expect(problem { _ = try Dataset.load(overflow) }.contains(" MB of memory"))
  }
}
