import DataSupport
import Media
import Datasets
import Foundation
import Testing

/// Hashes of data, which depend on its contents and nothing else.
@Suite struct FingerprintTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func prints(
    _ source: ExampleSource, labels: ClassLabels = .none, holdout: Double = 0.3, limit: Int? = nil
  ) throws -> [String: String] {
    var request = ImageRequest(source: source, limit: limit, holdout: holdout)
    request.labels = labels
    let all = try Dataset.load(request).fingerprints
    return Dictionary(uniqueKeysWithValues: all.map { ($0.set, $0.hash) })
  }

  private func write(_ count: Int, to name: String) throws -> ExampleSource {
    for number in 0..<count { try folder.writePNG(grey(number), to: "\(name)/\(number).png") }
    return .path(folder.path + "/" + name)
  }

  /// Pins the hashes, which must not change: identities of trials depend on them.
  @Test func theHashIsPinned() throws {
    let data = try Dataset.load(ImageRequest(source: .builtIn, size: 8, shapesCount: 48))
    #expect(
      data.fingerprints.map { "\($0.set) \($0.hash)" } == [
        "training e81db4800a0d9c7aa2730a4343cf8cc2", "held-out e38348ae3b6c2d8a43e72eac1b623917",
      ])
  }

  @Test func theDigestIsThatOfTheStandard() {
    let empty = ContentDigest()
    #expect(empty.text == "99aa06d3014798d86001c324468d497f")
  }

  @Test func placesAndNamesOfFilesDoNotMatter() throws {
    let first = try prints(try write(30, to: "a"))
    for number in 0..<30 {
      try folder.writePNG(grey(number), to: "b/deep/\(100 - number).PNG")
    }
    #expect(try prints(.path(folder.path + "/b")) == first)
    #expect(first.keys.sorted() == ["held-out", "training"])
  }

  @Test func oneChangedPixelShowsInItsSetOnly() throws {
    let source = try write(40, to: "a")
    let before = try Dataset.load(ImageRequest(source: source, holdout: 0.3))
    // The changed picture must stay on its side of the split, so several are tried.
    for number in 100..<140 {
      try folder.writePNG(grey(number), to: "a/0.png")
      let after = try Dataset.load(ImageRequest(source: source, holdout: 0.3))
      guard after.holdout.count == before.holdout.count else { continue }
      let changed = zip(before.fingerprints, after.fingerprints).filter { $0.0 != $0.1 }
      let isHeldOut = Set(before.holdout.all) != Set(after.holdout.all)
      #expect(changed.map { $0.0.set } == [isHeldOut ? "held-out" : "training"])
      return
    }
    Issue.record("no picture stayed on its side")
  }

  @Test func shapeAndPrecisionMatter() throws {
    let pixels = (0..<24).map { UInt8($0) }
    func hash(_ type: String, _ shape: String, _ data: [UInt8]) throws -> String? {
      let path = try folder.writeNumpy(type, shape: shape, data: data)
      return try prints(.path(path), holdout: 0)["training"]
    }
    let wide = try hash("'|u1'", "(1, 2, 12)", pixels)
    #expect(try wide != hash("'|u1'", "(1, 12, 2)", pixels))
    #expect(try wide != hash("'|u1'", "(2, 1, 12)", pixels))
    #expect(
      try wide != hash("'<f4'", "(1, 2, 12)", bytes(of: pixels.map { Float($0) / 255 })))
  }

  @Test func labelsAndClassesHaveHashes() throws {
    for number in 0..<20 {
      try folder.writePNG(grey(number), to: "c/\(number < 8 ? "a" : "b")/\(number).png")
    }
    let source = ExampleSource.path(folder.path + "/c")
    let before = try prints(source, labels: .ofSource)
    #expect(before.keys.sorted() == ["held-out", "labels", "training"])
    try FileManager.default.moveItem(
      atPath: folder.path + "/c/a", toPath: folder.path + "/c/aa")
    let renamed = try prints(source, labels: .ofSource)
    #expect(renamed["labels"] != before["labels"])
    #expect(renamed["training"] == before["training"])
  }

  @Test func aDetectorsSidesHaveHashes() throws {
    let (genuine, made) = (try write(20, to: "a"), try write(12, to: "b"))
    func sides(_ generated: ExampleSource) throws -> [String: String] {
      try prints(
        .classes([
          ExampleClass(name: "genuine", source: genuine),
          ExampleClass(name: "generated", source: generated),
        ]), labels: .ofSource)
    }
    let (first, second) = (try sides(made), try sides(write(11, to: "c")))
    #expect(first.keys.sorted() == ["generated", "genuine", "held-out", "labels", "training"])
    #expect(first["genuine"] == second["genuine"])
    #expect(first["generated"] != second["generated"])
  }

  @Test func groupsOfWindowsMatter() throws {
    let sound = noise(1, count: 200)
    try folder.writeSound(sound, to: "a/1.wav")
    try folder.writeSound(Array(sound[..<100]), to: "b/1.wav")
    try folder.writeSound(Array(sound[100...]), to: "b/2.wav")
    let whole = try folder.loadSounds("a", length: 100)
    let parts = try folder.loadSounds("b", length: 100)
    #expect(Set(whole.training.sounds) == Set(parts.training.sounds))
    #expect(whole.fingerprints[0] != parts.fingerprints[0])
  }
}
