import DataSupport
import Media
import Files
import Complaints
import Datasets
import Foundation
import Testing

/// The files of a folder that are read, and notes on all the rest.
@Suite struct FolderListingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(
    _ name: String = "", labels: ClassLabels = .none, holdout: Double = 0, skipBroken: Bool = false
  ) throws -> Dataset {
    var request = ImageRequest(
      source: .path(name.isEmpty ? folder.path : folder.path + "/" + name), holdout: holdout,
      skipBroken: skipBroken)
    request.labels = labels
    return try Dataset.load(request)
  }

  private func writePictures(_ numbers: Range<Int>, to place: String) throws {
    for number in numbers { try folder.writePNG(grey(number), to: "\(place)/\(number).png") }
  }

  /// Copies a file to a name of arbitrary bytes.
  private func copy(_ path: String, toBytes name: [UInt8], in place: String) throws {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let target = Array("\(folder.path)/\(place)/".utf8) + name + [0]
    let descriptor = open(target.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o644)
    try #require(descriptor >= 0)
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    close(descriptor)
  }

  // MARK: Hidden things

  @Test func whatIsHiddenIsIgnoredAtAnyDepth() throws {
    try writePictures(0..<3, to: "d/a")
    try writePictures(3..<6, to: "d/b")
    for place in ["d/.git/objects", "d/a/.ipynb_checkpoints", "d/.ipynb_checkpoints", "d/b/x/.y/z"]
    {
      try writePictures(10..<14, to: place)
    }
    try folder.write("text".utf8, to: "d/a/.DS_Store")
    let all = try load("d")
    #expect(all.training.count == 6)
    #expect(all.notes == [])
    let classes = try load("d", labels: .ofSource)
    #expect(classes.classes == ["a", "b"])
    #expect(classes.training.count == 6)
    #expect(classes.notes == [])
    let files = try ExampleFiles(ImageRequest(source: .path(folder.path + "/d"), size: 4))
    #expect(files.paths.count == 6)
    #expect(files.notes == [])
  }

  @Test func hiddenSoundsAreIgnored() throws {
    try folder.writeSound(noise(1, count: 50), to: "s/a.wav")
    try folder.writeSound(noise(2, count: 50), to: "s/.cache/deep/b.wav")
    #expect(try folder.loadSounds("s", length: 50).training.count == 1)
    #expect(
      problem { _ = try folder.loadSounds("s/.cache/none", length: 50) }
        == "expected a file or folder of sounds, found no such file")
    // A hidden folder is read when it is named itself.
    #expect(try folder.loadSounds("s/.cache", length: 50).training.count == 1)
    #expect(try MediaKind.of(folder.path + "/s") == .sounds)
  }

  // MARK: What is left out

  @Test func filesOfOtherKindsAreCounted() throws {
    try writePictures(0..<4, to: "d")
    for number in 0..<40 { try folder.write([1], to: "d/deep/\(number).BMP") }
    try folder.write("x".utf8, to: "d/README")
    try folder.write("x".utf8, to: "d/labels.csv")
    let data = try load("d")
    #expect(data.training.count == 4)
    #expect(
      data.notes == [
        "left out: 42 files that are not PNG or JPEG (40 .bmp, 1 without an ending, 1 .csv)"
      ])
    let files = try ExampleFiles(ImageRequest(source: .path(folder.path + "/d"), size: 4))
    #expect(files.notes == data.notes)
  }

  @Test func soundsOfOtherKindsAreCounted() throws {
    for number in 0..<3 { try folder.writeSound(noise(number, count: 50), to: "s/\(number).wav") }
    for number in 0..<30 { try folder.write([1], to: "s/\(number).m4a") }
    #expect(
      try folder.loadSounds("s", length: 50).notes.first
        == "left out: 30 files that are not sounds (30 .m4a)")
  }

  @Test func oneFileIsOne() throws {
    try writePictures(0..<4, to: "d")
    try folder.write("x".utf8, to: "d/a.txt")
    #expect(
      try load("d").notes == ["left out: 1 file that is not PNG or JPEG (1 .txt)"])
  }

  @Test func batchesBesideOthersAreTold() throws {
    for name in ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"] {
      try folder.write([UInt8](repeating: 1, count: 3073), to: "c/" + name)
    }
    try folder.write("x".utf8, to: "c/batches.meta.txt")
    let data = try load("c")
    #expect(data.training.count == 2)
    #expect(
      data.notes == ["left out: 2 files that are not training batches of CIFAR-10 (1 .bin, 1 .txt)"]
    )
  }

  @Test func linksToFoldersAreNotFollowedAndSaid() throws {
    try writePictures(0..<2, to: "d")
    try writePictures(5..<9, to: "other")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/d/more", withDestinationPath: folder.path + "/other")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/d/one.png", withDestinationPath: folder.path + "/other/5.png")
    let data = try load("d")
    #expect(data.training.count == 3)
    #expect(
      data.notes == ["left out: 1 link to a folder, as such links are not followed: more"])
    // A link is followed when it is named itself.
    #expect(try load("d/more").training.count == 4)
  }

  @Test func whatIsLeftOutOfAClassIsSaidOnce() throws {
    try writePictures(0..<3, to: "d/a")
    try writePictures(3..<6, to: "d/b")
    try folder.write("x".utf8, to: "d/a/x.txt")
    try folder.write("x".utf8, to: "d/b/x.txt")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/d/c", withIntermediateDirectories: true)
    #expect(
      try load("d", labels: .ofSource).notes == [
        "the folder c holds no .png, .jpg or .jpeg files and is no class",
        "left out: 2 files that are not PNG or JPEG (2 .txt)",
      ])
  }

  @Test func aShareThatHoldsNothingOutIsSaid() throws {
    try writePictures(0..<3, to: "d")
    let data = try load("d", holdout: 0.001)
    #expect(data.holdout.count == 0)
    #expect(data.notes == ["nothing is held out: the images are too few for a share of 0.001"])
  }

  // MARK: Results

  @Test func resultsFoldersAreNotData() throws {
    try writePictures(0..<3, to: "d")
    let trial = "d/runs/one/trials/none-s0-0123456789"
    try writePictures(10..<20, to: trial + "/samples/final")
    try writePictures(20..<21, to: trial)
    for file in ["config.yaml", "status.json"] {
      try folder.write("x".utf8, to: "\(trial)/\(file)")
    }
    try folder.write("{}".utf8, to: "d/runs/one/sweep.json")
    // A single trial's results, and a trial's folder that was moved.
    try folder.write("x".utf8, to: "d/two/experiment.yaml")
    try writePictures(30..<40, to: "d/two/trials/x/samples/final")
    try writePictures(40..<50, to: "d/moved/samples/final")
    for file in ["config.yaml", "status.json"] { try folder.write("x".utf8, to: "d/moved/\(file)") }
    let data = try load("d")
    #expect(data.training.count == 3)
    #expect(
      data.notes == [
        "left out: 3 results folders, whose files were made by trainings: moved, …"
      ])
    // A folder inside results is read when it is named itself, such as a trial's samples.
    #expect(try load(trial.dropFirst(2) + "/samples/final").training.count == 10)
  }

  private func load(_ name: Substring) throws -> Dataset { try load("d/" + name) }

  @Test func foldersThatLookLikeResultsAreData() throws {
    try writePictures(0..<3, to: "d/trials")
    try folder.write("{}".utf8, to: "d/config.yaml")
    try writePictures(3..<5, to: "d/inner/trials")
    #expect(try load("d").training.count == 5)
  }

  @Test func onlyResultsAreNoData() throws {
    try writePictures(0..<3, to: "d/x/trials")
    try folder.write("{}".utf8, to: "d/x/sweep.json")
    #expect(
      problem { _ = try load("d") }
        == "expected .png, .jpg or .jpeg files or CIFAR-10's data_batch_*.bin in the folder, found 1 results folder"
    )
  }

  // MARK: Names

  /// `é.png` in Latin-1.
  private let latin: [UInt8] = [0xE9, 0x2E, 0x70, 0x6E, 0x67]

  @Test func namesThatAreNotTextAreRefusedWithTheReason() throws {
    try writePictures(0..<3, to: "d")
    try copy(folder.path + "/d/0.png", toBytes: latin, in: "d")
    let expected = DataError(
      file: folder.path + "/d/\\xE9.png", problem: "the name is not UTF-8: rename the file")
    #expect(throws: expected) { try load("d") }
    let data = try load("d", skipBroken: true)
    #expect(data.training.count == 3)
    #expect(data.skipped.map(\.file) == [expected.file])
    #expect(data.skipped.map(\.problem) == [expected.problem])
    // A file of another kind with such a name is only counted.
    try copy(folder.path + "/d/0.png", toBytes: [0xE9, 0x2E, 0x74, 0x78, 0x74], in: "d")
    try FileManager.default.removeItem(atPath: folder.path + "/d/1.png")
    #expect(
      try load("d", skipBroken: true).notes == ["left out: 1 file that is not PNG or JPEG (1 .txt)"]
    )
  }

  @Test func classesThatAreNotTextAreRefusedWithTheReason() throws {
    try writePictures(0..<3, to: "d/a")
    try writePictures(3..<6, to: "d/b")
    let name = (Array("\(folder.path)/d/".utf8) + [0xE9, 0]).map { CChar(bitPattern: $0) }
    try #require(mkdir(name, 0o755) == 0)
    let file = (Array("\(folder.path)/d/".utf8) + [0xE9] + Array("/x.png".utf8) + [0])
      .map { CChar(bitPattern: $0) }
    close(open(file, O_CREAT | O_WRONLY, 0o644))
    #expect(
      throws: DataError(
        file: folder.path + "/d/\\xE9/x.png", problem: "the name is not UTF-8: rename the file")
    ) { try load("d", labels: .ofSource) }
    let data = try load("d", labels: .ofSource, skipBroken: true)
    #expect(data.classes == ["a", "b"])
    #expect(data.skipped.count == 1 && data.notes == [])
  }

  @Test func aNameFromTheCommandLineThatIsNotTextIsSaid() {
    #expect(
      problem { _ = try Dataset.load(ImageRequest(source: .path("/tmp/caf\u{FFFD}"))) }
        == "expected a file or folder of images, found a name that is not UTF-8: rename it")
  }

  /// Composed and decomposed é look the same, but are two names.
  @Test func namesAreBytes() throws {
    let names = ["e\u{301}", "\u{E9}"]
    try writePictures(0..<4, to: "d/" + names[0])
    try writePictures(4..<6, to: "d/" + names[1])
    try writePictures(6..<9, to: "d/f")
    let data = try load("d", labels: .ofSource)
    #expect(
      data.classes.map { Array($0.utf8) } == [names[0], "f", names[1]].map { Array($0.utf8) })
    #expect((0..<3).map { label in data.training.labels.count { $0 == label } } == [4, 3, 2])
    for (number, name) in names.enumerated() {
      try folder.writeSound(noise(number, count: 50), to: "s/\(name).wav")
    }
    let files = try ExampleFiles(SoundRequest(source: .path(folder.path + "/s"), length: 50))
    #expect(
      files.paths.map { $0.utf8.count } == [10, 9].map { folder.path.utf8.count + $0 })
    #expect(try folder.loadSounds("s", length: 50).training.count == 2)
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func aFolderThatCannotBeReadIsNamed() throws {
    try writePictures(0..<2, to: "d/inner")
    chmod(folder.path + "/d/inner", 0)
    defer { chmod(folder.path + "/d/inner", 0o755) }
    #expect(
      throws: FileError(folder.path + "/d/inner", action: "read the folder", code: EACCES)
    ) { try load("d") }
  }
}
