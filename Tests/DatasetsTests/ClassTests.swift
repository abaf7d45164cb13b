import DataSupport
import Media
import Datasets
import Foundation
import Testing

/// Classes of examples, from names of folders, a file of labels, built-in data or several sources.
@Suite struct ClassTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writePictures(_ counts: [String: Int]) throws {
    var seed = 0
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      for number in 0..<count {
        seed += 1
        try folder.writePNG(grey(seed), to: "f/\(name)/\(number).png")
      }
    }
  }

  private func load(
    _ source: ExampleSource, _ labels: ClassLabels, holdout: Double = 0, limit: Int? = nil
  ) throws -> Dataset {
    var request = ImageRequest(source: source, limit: limit, holdout: holdout)
    request.labels = labels
    return try Dataset.load(request)
  }

  @Test func foldersAreClasses() throws {
    try writePictures(["b": 30, "a/inner": 10, "c": 20])
    let data = try load(.path(folder.path + "/f"), .ofSource, holdout: 0.3)
    #expect(data.classes == ["a", "b", "c"])
    for (label, count) in [10, 30, 20].enumerated() {
      #expect((data.training.labels + data.holdout.labels).count { $0 == label } == count)
    }
    let one = grey(12).unit
    let place = try #require(
      data.training.all.firstIndex(of: one) ?? data.holdout.all.firstIndex(of: one))
    let labels = data.training.all.contains(one) ? data.training.labels : data.holdout.labels
    #expect(labels[place] == 1)
  }

  /// A share of the training examples, and no other, gets another class, each as often.
  @Test func wrongClasses() throws {
    try writePictures(["a": 90, "b": 90, "c": 90])
    let data = try load(.path(folder.path + "/f"), .ofSource, holdout: 0.2)
    let wrong = data.mislabelling(0.5)
    #expect(wrong.holdout.labels == data.holdout.labels)
    let changed = data.training.labels.indices.filter {
      wrong.training.labels[$0] != data.training.labels[$0]
    }
    #expect(changed.count == Int((0.5 * Double(data.training.count)).rounded()))
    #expect(
      wrong.mislabelled.map(\.index) == changed && wrong.measured.mislabelled.count == changed.count
    )
    #expect(wrong.mislabelled.allSatisfy { data.training.labels[$0.index] == $0.ownClass })
    let next = changed.count {
      wrong.training.labels[$0] == (data.training.labels[$0] + 1) % 3
    }
    #expect(abs(Double(next) / Double(changed.count) - 0.5) < 0.15)
    #expect(data.mislabelling(0.5).training.labels == wrong.training.labels)
    #expect(
      data.mislabelled.isEmpty && data.mislabelling(0).training.labels == data.training.labels)
  }

  @Test func everyClassHasItsShareOfALimit() throws {
    try writePictures(["a": 40, "b": 20])
    let path = folder.path + "/f"
    let data = try load(.path(path), .ofSource, limit: 30)
    #expect(data.training.labels.count { $0 == 0 } == 20)
    let smaller = try load(.path(path), .ofSource, limit: 12)
    #expect(Set(smaller.training.all).isSubset(of: Set(data.training.all)))
  }

  @Test func foldersThatAreNone() throws {
    try writePictures(["a": 3])
    let path = folder.path + "/f"
    #expect(
      problem { _ = try load(.path(path), .ofSource) }
        == "expected at least 2 folders of .png, .jpg or .jpeg files, one a class, found one: a")
    try folder.writePNG(grey(9), to: "f/stray.png")
    #expect(
      problem { _ = try load(.path(path), .ofSource) }
        == "expected every example in a folder named by its class, such as a/, found one outside of any"
    )
    try folder.writePNG(grey(9), to: "g/stray.png")
    #expect(
      problem { _ = try load(.path(folder.path + "/g"), .ofSource) }
        == "expected every example in a folder named by its class, found one outside of any")
    let array = try folder.writeNumpy("'|u1'", shape: "(1, 1, 2)", data: [1, 2])
    #expect(
      problem { _ = try load(.path(array), .ofSource) }
        == "expected a folder of folders, one a class, or labels in a file of their own, found a file"
    )
  }

  @Test func aClassOfOneExampleIsTold() throws {
    try writePictures(["a": 30, "b": 1])
    let data = try load(.path(folder.path + "/f"), .ofSource, holdout: 0.5)
    let isHeldOut = data.holdout.labels.contains(1)
    #expect(
      data.notes == ["there is no \(isHeldOut ? "training" : "held-out") example of class b"])
  }

  // MARK: Labels in a file

  private func pictures(_ count: Int) throws -> String {
    try folder.writeNumpy(
      "'|u1'", shape: "(\(count), 1, 2)", data: (0..<2 * count).map { UInt8($0) }, to: "x.npy")
  }

  @Test func labelsOfEveryType() throws {
    let images = try pictures(4)
    let files = [
      try folder.writeNumpy("'|u1'", shape: "(4,)", data: [7, 3, 7, 3], to: "a.npy"),
      try folder.writeNumpy(
        "'<i2'", shape: "(4, 1)", data: bytes(of: [7, 3, 7, 3] as [Int16]), to: "b.npy"),
      try folder.writeNumpy(
        "'<i4'", shape: "(4,)", data: bytes(of: [7, 3, 7, 3] as [Int32]), to: "c.npy"),
      try folder.writeNumpy(
        "'<i8'", shape: "(4,)", data: bytes(of: [7, 3, 7, 3] as [Int64]), to: "d.npy"),
      try folder.writeNumpy(
        "'<f8'", shape: "(4,)", data: bytes(of: [7, 3, 7, 3] as [Double]), to: "e.npy"),
      try folder.write([0, 0, 8, 1, 0, 0, 0, 4, 7, 3, 7, 3], to: "labels-idx1-ubyte"),
      folder.path + "/labels-idx1-ubyte.gz",
    ]
    writeGzip([0, 0, 8, 1, 0, 0, 0, 4, 7, 3, 7, 3], to: files[6])
    for file in files {
      let data = try load(.path(images), .file(file))
      #expect(data.classes == ["3", "7"])
      for (pixels, label) in zip(data.training.all, data.training.labels) {
        #expect(label == (Int((pixels[0] * 255).rounded()) % 4 == 0 ? 1 : 0))
      }
    }
  }

  @Test func labelsThatAreNone() throws {
    let images = try pictures(3)
    func labels(_ type: String, _ shape: String, _ data: [UInt8]) throws -> String {
      let file = try folder.writeNumpy(type, shape: shape, data: data, to: "y.npy")
      return problem { _ = try load(.path(images), .file(file)) }
    }
    #expect(
      try labels("'|u1'", "(2,)", [1, 2])
        == "expected 3 labels, one a row of the examples, found the shape (2,)")
    #expect(try labels("'|u1'", "(3,)", [4, 4, 4]) == "expected at least 2 classes, found 1")
    #expect(
      try labels("'<f4'", "(3,)", bytes(of: [0, 0.5, 1] as [Float]))
        == "row 1: expected a whole number, found 0.5")
    #expect(
      try labels("'<f4'", "(3,)", bytes(of: [0, .nan, 1] as [Float]))
        == "row 1: expected a whole number, found nan")
    let idx = try folder.write([0, 0, 8, 1, 0, 0, 0, 2, 0, 1], to: "labels")
    #expect(
      problem { _ = try load(.path(images), .file(idx)) }
        == "expected 3 labels, one a row of the examples, found 2")
    let cut = try folder.write([0, 0, 8, 1, 0, 0, 0, 3, 0, 1], to: "cut")
    #expect(
      problem { _ = try load(.path(images), .file(cut)) }
        == "truncated: expected 3 bytes for the header's 3 labels, found 2")
    let pictures = try folder.write(
      [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5], to: "idx3")
    #expect(
      problem { _ = try load(.path(images), .file(pictures)) }
        == "expected an IDX file of labels, starting with 00 00 08 01, found 00 00 08 03")
    try writePictures(["a": 3, "b": 2])
    let file = try folder.writeNumpy("'|u1'", shape: "(5,)", data: [0, 1, 0, 1, 0], to: "y.npy")
    #expect(
      problem { _ = try load(.path(folder.path + "/f"), .file(file)) }
        .hasPrefix("expected an array file, as its labels are in a file of their own"))
  }

  // MARK: Several sources

  @Test func builtInDataHaveClasses() throws {
    let shapes = try load(.builtIn, .ofSource, limit: 40)
    #expect(shapes.classes == ["circle", "square", "triangle", "cross"])
    #expect(
      (0..<4).map { label in shapes.training.labels.count { $0 == label } } == [10, 10, 10, 10])
    var request = SoundRequest(source: .builtIn, sampleRateHz: 8000, length: 400, tonesCount: 48)
    request.labels = .ofSource
    let tones = try Dataset.load(request)
    #expect(tones.classes == ["pure", "hollow", "bright", "nasal"])
    #expect(Set(tones.training.labels).count == 4)
  }

  /// A class of 8 bits and one of floats both become 8 bits, so that precision does not give a class away.
  @Test func sourcesAreJoined() throws {
    let bytes = try pictures(3)
    let array = ExampleArray(name: "made", shape: [1, 2, 1], values: [0.1, 0.9, 2, -1])
    let data = try load(
      .classes([
        ExampleClass(name: "genuine", source: .path(bytes)),
        ExampleClass(name: "generated", source: .array(array)),
      ]), .ofSource)
    #expect(data.classes == ["genuine", "generated"])
    #expect(data.training.count == 5 && data.training.isEightBit)
    let made = zip(data.training.all, data.training.labels).filter { $0.1 == 1 }.map {
      $0.0.map { Int(($0 * 255).rounded()) }
    }
    #expect(Set(made) == [[26, 230], [255, 0]])
  }

  /// Equal examples of two classes are on the same side of the split.
  @Test func genuineAsGenerated() throws {
    let path = try folder.writeNumpy(
      "'|u1'", shape: "(100, 1, 2)", data: (0..<200).map { UInt8($0 % 251) })
    let data = try load(
      .classes([
        ExampleClass(name: "genuine", source: .path(path)),
        ExampleClass(name: "generated", source: .path(path)),
      ]), .ofSource, holdout: 0.4)
    #expect(data.holdout.labels.count { $0 == 0 } * 2 == data.holdout.count)
    #expect(Set(data.training.all).isDisjoint(with: data.holdout.all))
  }

  @Test func sourcesOfOtherShapes() throws {
    let small = try folder.writeNumpy("'|u1'", shape: "(1, 1, 2)", data: [1, 2], to: "x.npy")
    let large = try folder.writeNumpy("'|u1'", shape: "(1, 2, 2)", data: [1, 2, 3, 4], to: "y.npy")
    #expect(
      problem {
        _ = try load(
          .classes([
            ExampleClass(name: "a", source: .path(small)),
            ExampleClass(name: "b", source: .path(large)),
          ]), .ofSource)
      }.hasPrefix("expected images of 2×1 with 1 channels, as in the other class, found 2×2"))
  }

  @Test func filesOneByOne() throws {
    try folder.writePNG(grey(3), to: "f/b.png")
    try folder.writePNG(grey(4), to: "f/inner/a.png")
    try folder.write(Array("text".utf8), to: "f/note.txt")
    let files = try ExampleFiles(
      ImageRequest(source: .path(folder.path + "/f"), size: 4, channels: 1))
    #expect(files.paths.map { $0.dropFirst(folder.path.count) } == ["/f/b.png", "/f/inner/a.png"])
    #expect(try files.examples(of: files.paths[1]).pixels(0) == grey(4).unit)
    #expect(
      problem { _ = try ExampleFiles(SoundRequest(source: .path(folder.path + "/f"))) }
        == "expected sounds in the folder, found none")
  }
}
