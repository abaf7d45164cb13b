import DataSupport
import Datasets
import Foundation
import Testing

@Suite struct IDXTests {
  private let folder: TemporaryFolder
  /// Three images of 2×2.
  private let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2] + (1...12)

  init() throws { folder = try TemporaryFolder() }

  private func load(_ path: String) throws -> Dataset {
    try Dataset.load(ImageRequest(source: .path(path)))
  }

  @Test func plainAndCompressedAreTheSame() throws {
    let plain = try folder.write(images, to: "train-images-idx3-ubyte")
    let compressed = folder.path + "/train-images-idx3-ubyte.gz"
    writeGzip(images, to: compressed)
    for path in [plain, compressed] {
      let data = try load(path)
      #expect(data.training.shape == [2, 2, 1])
      #expect(
        Set((0..<3).map { data.training.byteValues($0) })
          == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
    }
  }

  @Test func labelsAndOtherKindsAreNamed() throws {
    let path = try folder.write([0, 0, 8, 1, 0, 0, 0, 1, 5], to: "labels")
    #expect(
      problem { _ = try load(path) }
        == "expected an IDX file of images, starting with 00 00 08 03, found 00 00 08 01")
    let other = folder.path + "/text.gz"
    writeGzip(Array("hello".utf8), to: other)
    #expect(problem { _ = try load(other) }.hasSuffix("found 68 65 6c 6c"))
  }

  @Test func truncationsAreErrors() throws {
    let cut = try folder.write(images.dropLast(), to: "cut")
    #expect(
      problem { _ = try load(cut) }
        == "truncated: expected 12 bytes for the header's 3 images of 2×2, found 11")
    for length in 2..<images.count {
      let path = try folder.write(images[..<length], to: "cut")
      #expect(problem { _ = try load(path) } != "no error")
    }
    let whole = folder.path + "/whole.gz"
    writeGzip(images, to: whole)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
    for length in 2..<bytes.count {
      let path = try folder.write(bytes[..<length], to: "cut.gz")
      #expect(problem { _ = try load(path) } != "no error", "\(length)")
    }
    let short = try folder.write(bytes[..<30], to: "cut.gz")
    #expect(problem { _ = try load(short) } == "cannot be decompressed: unexpected end of file")
  }

  @Test func headersThatLieAreErrors() throws {
    let long = try folder.write(images + [0], to: "long")
    #expect(
      problem { _ = try load(long) }
        == "expected the end after the header's 3 images of 2×2, found more bytes")
    let huge = [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12) + [0]
    let claim = "the header's 4294967295 images of 4294967295×4294967295"
    let plain = try folder.write(huge, to: "huge")
    #expect(
      problem { _ = try load(plain) } == "\(claim) are more than a file of 17 bytes can hold")
    let compressed = folder.path + "/huge.gz"
    writeGzip(huge, to: compressed)
    #expect(problem { _ = try load(compressed) }.hasPrefix(claim))
    let none = try folder.write(images[..<4] + [UInt8](repeating: 0, count: 12), to: "none")
    #expect(
      problem { _ = try load(none) }
        == "expected at least one pixel, found the header's 0 images of 0×0")
  }
}

@Suite struct CIFARTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A record whose planes are filled with one value each.
  private func record(label: UInt8 = 3, _ red: UInt8, _ green: UInt8, _ blue: UInt8) -> [UInt8] {
    [label] + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
  }

  @Test func planesBecomeChannels() throws {
    var bytes = record(1, 2, 3) + record(4, 5, 6)
    // The green value of pixel (0, 1) of the first image.
    bytes[1 + 1024 + 1] = 99
    let path = try folder.write(bytes, to: "test.bin")
    let data = try Dataset.load(ImageRequest(source: .path(path)))
    #expect(data.training.shape == [32, 32, 3])
    #expect(data.training.count == 2)
    let first = try #require(
      (0..<2).map { data.training.byteValues($0) }.first { $0[0] == 1 })
    #expect(Array(first[..<9]) == [1, 2, 3, 1, 99, 3, 1, 2, 3])
  }

  @Test func aFolderOfBatchesIsOneDataSet() throws {
    try folder.write(record(1, 2, 3), to: "data_batch_1.bin")
    try folder.write(record(4, 5, 6) + record(7, 8, 9), to: "data_batch_2.bin")
    try folder.write(record(0, 0, 0), to: "test_batch.bin")
    try folder.write("airplane".utf8, to: "batches.meta.txt")
    let data = try Dataset.load(ImageRequest(source: .path(folder.path), size: 8, channels: 1))
    #expect(data.training.count == 3)
    #expect(data.training.shape == [8, 8, 1])
    try folder.write([1, 2], to: "data_batch_3.bin")
    let broken = problem { _ = try Dataset.load(ImageRequest(source: .path(folder.path))) }
    #expect(broken == "expected CIFAR-10 records of 3073 bytes each, found 2 bytes")
    let skipping = try Dataset.load(
      ImageRequest(source: .path(folder.path), skipBroken: true))
    #expect(skipping.training.count == 3)
    #expect(skipping.skipped.map(\.file) == [folder.path + "/data_batch_3.bin"])
  }

  /// Records tell their classes, in a folder of training batches too, and in a test set of its own.
  @Test func recordsHaveClasses() throws {
    let values = (0..<20).map { UInt8($0 * 11) }
    try folder.write(
      values[..<12].flatMap { record(label: $0 % 3, $0, 0, 0) }, to: "data_batch_1.bin")
    try folder.write(
      values[12...].flatMap { record(label: $0 % 3, $0, 0, 0) }, to: "data_batch_2.bin")
    let test = try folder.write(
      record(label: 9, 1, 2, 3) + record(label: 0, 4, 5, 6), to: "test.bin")
    var request = ImageRequest(source: .path(folder.path))
    request.labels = .ofSource
    request.sets.test = .source(.path(test), .ofSource)
    let data = try Dataset.load(request)
    #expect(data.classes.count == 10 && data.classes[3] == "cat")
    #expect(data.training.count == 20)
    for (index, label) in data.training.labels.enumerated() {
      #expect(label == Int(data.training.byteValues(index)[0]) % 3)
    }
    #expect(data.test.map { Set($0.labels) } == [9, 0])
    #expect(data.notes.contains { $0.contains("no training example of class cat, deer") })
    request.labels = .none
    request.sets.test = .none
    let without = try Dataset.load(request)
    #expect(without.classes.isEmpty && without.training.labels.isEmpty)
  }

  @Test func otherFilesAreNamed() throws {
    let labels = try folder.write(record(1, 2, 3) + record(label: 10, 4, 5, 6), to: "a.bin")
    #expect(
      problem { _ = try Dataset.load(ImageRequest(source: .path(labels))) }
        == "expected a label of 0 to 9 in record 1, found 10: not a CIFAR-10 file")
    let empty = try folder.write([], to: "b.bin")
    #expect(
      problem { _ = try Dataset.load(ImageRequest(source: .path(empty), skipBroken: true)) }
        == "expected at least one readable file, found 1 broken ones, the first \(empty): "
        + "expected CIFAR-10 records of 3073 bytes each, found 0 bytes")
  }
}
