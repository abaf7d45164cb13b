import DataSupport
import Datasets
import Foundation
import Testing

/// The test set, folders that stay together, and examples that are in two sets.
@Suite struct TestSetTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes one 1×2 image per number, whose pixels are the number's two bytes.
  private func write(_ numbers: some Sequence<Int>, to name: String) throws -> String {
    let data = numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    return try folder.writeNumpy("'|u1'", shape: "(\(data.count / 2), 1, 2)", data: data, to: name)
  }

  private func load(
    _ source: ExampleSource, labels: ClassLabels = .none, holdout: Double = 0.2, limit: Int? = nil,
    change: (inout SetChoices) -> Void
  ) throws -> Dataset {
    var request = ImageRequest(source: source, limit: limit, holdout: holdout)
    request.labels = labels
    change(&request.sets)
    return try Dataset.load(request)
  }

  @Test func aShareLeavesTheHoldoutAsItWas() throws {
    let source = ExampleSource.path(try write(0..<2000, to: "a.npy"))
    let before = try load(source) { _ in }
    let data = try load(source) { $0.test = .share(0.3) }
    let test = try #require(data.test)
    #expect(before.test == nil && before.measured.holdout.all == before.holdout.all)
    #expect(data.holdout.all == before.holdout.all)
    #expect(Set(data.training.all + test.all) == Set(before.training.all))
    #expect(Set(data.training.all).isDisjoint(with: test.all))
    // Tolerance: four standard deviations of the binomial distribution.
    #expect(abs(test.count - 600) < 82)
    #expect(data.measured.holdout.all == test.all && data.measured.isOfTest)
    #expect(data.fingerprints.map(\.set) == ["training", "held-out", "test"])
    let limited = try load(source, limit: 100) { $0.test = .share(0.3) }
    #expect(limited.training.all == Array(data.training.all[..<100]))
    #expect(limited.test?.all == test.all)
    #expect(
      data.text
        == "\(data.training.count) training examples, \(data.holdout.count) held out, \(test.count) in the test set"
    )
  }

  @Test func sharesMustLeaveSomething() throws {
    let source = ExampleSource.path(try write(0..<50, to: "a.npy"))
    #expect(
      problem { _ = try load(source, holdout: 0.5) { $0.test = .share(0.5) } }
        == "test: expected a share that leaves some to train on, below 0.5, found 0.5")
  }

  @Test func aTestSetOfItsOwn() throws {
    let source = ExampleSource.path(try write(0..<500, to: "a.npy"))
    let own = ExampleSource.path(try write(600..<700, to: "b.npy"))
    let data = try load(source) { $0.test = .source(own, .none) }
    #expect(data.training.count + data.holdout.count == 500)
    #expect(data.test?.count == 100)
    // Another shape is an error.
    let other = try folder.writeNumpy(
      "'|u1'", shape: "(1, 3, 3)", data: [UInt8](1...9), to: "c.npy")
    #expect(
      problem { _ = try load(source) { $0.test = .source(.path(other), .none) } }
        == "expected examples of shape [1, 2, 1], as the training examples have, found [3, 3, 1]")
  }

  @Test func anExampleInTwoSetsIsAnErrorThatNamesBoth() throws {
    let source = ExampleSource.path(try write(0..<100, to: "a.npy"))
    let path = try write([7, 300, 8], to: "b.npy")
    let own = ExampleSource.path(path)
    let message = problem { _ = try load(source, holdout: 0) { $0.test = .source(own, .none) } }
    #expect(
      message
        == "the same example is in the test set and, as \(folder.path)/a.npy, row 7, in the training set: take one away, "
        + "or set data.allow_duplicates: true, which counts them")
    let data = try load(source, holdout: 0) {
      $0.test = .source(own, .none)
      $0.allowsDuplicates = true
    }
    #expect(data.notes.contains("2 examples are in two sets, the same in content"))
    #expect(data.test?.count == 3)
    // Bytes and floats of the same numbers are the same example.
    let floats = try folder.writeNumpy(
      "'<f4'", shape: "(1, 1, 2)",
      data: [Float(0), Float(9) / 255].flatMap { value in
        withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
      }, to: "d.npy")
    #expect(
      problem { _ = try load(source, holdout: 0) { $0.test = .source(.path(floats), .none) } }
        .hasPrefix("the same example is in the test set and, as \(folder.path)/a.npy, row 9,"))
  }

  @Test func filesInTwoSetsAreNamed() throws {
    for number in 0..<6 { try folder.writePNG(grey(number), to: "a/\(number).png") }
    try folder.writePNG(grey(3), to: "b/other.png")
    let error = #expect(throws: (any Error).self) {
      try load(.path(folder.path + "/a"), holdout: 0) {
        $0.test = .source(.path(folder.path + "/b"), .none)
      }
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.hasPrefix("\(folder.path)/b/other.png: the same example is in the test set"))
    #expect(text.contains("as \(folder.path)/a/3.png, in the training set"))
  }

  @Test func filesOfOneFolderStayTogether() throws {
    for group in 0..<30 {
      for number in 0..<4 {
        try folder.writePNG(grey(10 * group + number), to: "f/\(group)/\(number).png")
      }
    }
    let data = try load(.path(folder.path + "/f"), holdout: 0.3) {
      $0.keepsFolders = true
      $0.test = .share(0.3)
    }
    func groups(_ examples: Examples?) -> Set<Int> {
      Set(
        (0..<120).filter { (examples?.all ?? []).contains(grey(10 * ($0 / 4) + $0 % 4).unit) }.map {
          $0 / 4
        })
    }
    let sets = [groups(data.training), groups(data.holdout), groups(data.test)]
    #expect(sets.allSatisfy { !$0.isEmpty } && sets.map(\.count).reduce(0, +) == 30)
    #expect(data.training.count == 4 * sets[0].count && data.test?.count == 4 * sets[2].count)
    // Where the folder lies does not matter, and an array has no folders.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/elsewhere", withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: folder.path + "/f", toPath: folder.path + "/elsewhere/f")
    let moved = try load(.path(folder.path + "/elsewhere/f"), holdout: 0.3) {
      $0.keepsFolders = true
    }
    #expect(moved.holdout.all == data.holdout.all)
    let array = try write(0..<10, to: "a.npy")
    #expect(
      problem { _ = try load(.path(array)) { $0.keepsFolders = true } }
        == "group: expected a folder of files, whose folders are kept together, found other data")
  }

  @Test func classesOfTheTestSetHaveTheSameNumbers() throws {
    for (name, start) in [("a", 0), ("b", 100), ("c", 200)] {
      for number in 0..<5 {
        try folder.writePNG(grey(start + number), to: "f/\(name)/\(number).png")
      }
    }
    for (name, start) in [("b", 150), ("c", 250)] {
      for number in 0..<3 {
        try folder.writePNG(grey(start + number), to: "t/\(name)/\(number).png")
      }
    }
    func load() throws -> Dataset {
      try self.load(.path(folder.path + "/f"), labels: .ofSource, holdout: 0) {
        $0.test = .source(.path(folder.path + "/t"), .ofSource)
      }
    }
    let data = try load()
    #expect(data.test?.labels == [1, 1, 1, 2, 2, 2])
    #expect(data.notes.contains("there is no test example of class a"))
    try folder.writePNG(grey(50), to: "t/d/0.png")
    #expect(
      problem { _ = try load() } == "expected classes of the training examples (a, b, c), found d")
  }

  @Test func windowsOfOneSoundStayInOneSet() throws {
    for number in 0..<60 {
      try folder.writeSound(noise(number, count: 300), to: "s/\(number).wav")
    }
    var request = SoundRequest(source: .path(folder.path + "/s"), length: 100, holdout: 0.2)
    request.sets.test = .share(0.3)
    let data = try Dataset.load(request)
    let test = try #require(data.test)
    #expect(test.count % 3 == 0 && test.count > 0 && data.holdout.count % 3 == 0)
    #expect(data.training.count + data.holdout.count + test.count == 180)
    // The same sound under another name is in one set, a part of it in another is found.
    try folder.writeSound(Array(noise(5, count: 300)[..<100]), to: "t/part.wav")
    request.sets.test = .source(.path(folder.path + "/t"), .none)
    request.sets.holdout = 0
    #expect(
      problem { _ = try Dataset.load(request) }
        .hasPrefix("the same example is in the test set and, as \(folder.path)/s/5.wav,"))
  }
}
