import Specification
import DataSupport
import Media
import Files
import Datasets
import Foundation
import Synchronization
import Testing

/// Decoded files are cached by their content, and an entry that is not complete is never used.
@Suite struct DataCacheTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var cacheURL: URL { URL(fileURLWithPath: folder.path + "/cache") }

  private func cache(limit: Int = 1 << 30, worthwhile: Duration = .zero) -> DataCache {
    DataCache(CacheFolder(cacheURL, limit: limit), worthwhile: worthwhile)
  }

  private func entries() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: cacheURL.path)) ?? []).sorted()
  }

  /// - Returns: The data, with true where files were decoded for them.
  private func sounds(
    _ cache: DataCache?, in name: String = "s", change: (inout SoundRequest) -> Void = { _ in }
  ) throws -> (data: Dataset, isDecoded: Bool) {
    var request = SoundRequest(
      source: .path(folder.path + "/" + name), length: 100, holdout: 0.3)
    request.cache = cache
    change(&request)
    let calls = Mutex(0)
    let data = try Dataset.load(request) { _, _ in calls.withLock { $0 += 1 } }
    return (data, calls.withLock { $0 > 0 })
  }

  private func images(
    _ cache: DataCache?, change: (inout ImageRequest) -> Void = { _ in }
  ) throws -> (data: Dataset, isDecoded: Bool) {
    var request = ImageRequest(source: .path(folder.path + "/p"), holdout: 0.3)
    request.cache = cache
    change(&request)
    let calls = Mutex(0)
    let data = try Dataset.load(request) { _, _ in calls.withLock { $0 += 1 } }
    return (data, calls.withLock { $0 > 0 })
  }

  private func writeSounds(_ numbers: Range<Int>, to place: String = "s") throws {
    for number in numbers {
      try folder.writeSound(noise(number, count: 250), to: "\(place)/\(number).wav")
    }
  }

  private func expectSame(_ a: Dataset, _ b: Dataset) {
    #expect(a.fingerprints == b.fingerprints)
    #expect(a.training.all == b.training.all && a.holdout.all == b.holdout.all)
    #expect(a.training.groups == b.training.groups)
    #expect(a.training.isEightBit == b.training.isEightBit)
    #expect(a.notes == b.notes && a.skipped == b.skipped && a.classes == b.classes)
  }

  @Test func whatWasDecodedIsReadAgain() throws {
    try writeSounds(0..<20)
    try folder.write("hello".utf8, to: "s/broken.wav")
    try folder.write("hello".utf8, to: "s/note.txt")
    let plain = try sounds(nil) { $0.skipBroken = true }
    let first = try sounds(cache()) { $0.skipBroken = true }
    #expect(plain.isDecoded && first.isDecoded)
    #expect(entries().count == 1)
    let second = try sounds(cache()) { $0.skipBroken = true }
    #expect(!second.isDecoded)
    for data in [first.data, second.data] { expectSame(plain.data, data) }
    #expect(second.data.skipped.count == 1)
    #expect(second.data.notes.first == "left out: 1 file that is not a sound (1 .txt)")
    // The split is not part of the entry and is made anew.
    let other = try sounds(cache()) { ($0.skipBroken, $0.sets) = (true, SetChoices(limit: 5)) }
    #expect(!other.isDecoded && other.data.training.count == 5)
  }

  @Test func imagesOfBothPrecisionsAreKept() throws {
    for number in 0..<20 { try folder.writePNG(grey(number), to: "p/\(number).png") }
    let plain = try images(nil)
    _ = try images(cache())
    let second = try images(cache())
    #expect(!second.isDecoded)
    expectSame(plain.data, second.data)
    try folder.write(
      Data(contentsOf: URL(fileURLWithPath: fixtures + "/grey16.png")), to: "p/deep.png")
    let size: (inout ImageRequest) -> Void = { $0.size = 4 }
    let deep = try images(nil, change: size)
    #expect(!deep.data.training.isEightBit)
    _ = try images(cache(), change: size)
    expectSame(deep.data, try images(cache(), change: size).data)
  }

  @Test func classesAreKept() throws {
    for number in 0..<20 {
      try folder.writePNG(grey(number), to: "p/\(number % 3 == 0 ? "a" : "b")/\(number).png")
    }
    let classes: (inout ImageRequest) -> Void = { $0.labels = .ofSource }
    let plain = try images(nil, change: classes)
    _ = try images(cache(), change: classes)
    let second = try images(cache(), change: classes)
    #expect(!second.isDecoded)
    expectSame(plain.data, second.data)
    #expect(second.data.training.labels == plain.data.training.labels)
    // Without classes it is another entry.
    #expect(try images(cache()).isDecoded)
    #expect(entries().count == 2)
  }

  @Test func requestsOfOtherThingsAreNotMixedUp() throws {
    try writeSounds(0..<5)
    let changes: [(inout SoundRequest) -> Void] = [
      { _ in }, { $0.length = 101 }, { $0.sampleRateHz = 8000 }, { $0.windows = .first },
      { $0.windows = .loudest }, { $0.skipBroken = true },
    ]
    for change in changes { #expect(try sounds(cache(), change: change).isDecoded) }
    for change in changes { #expect(try !sounds(cache(), change: change).isDecoded) }
    #expect(entries().count == changes.count)
  }

  @Test func aChangedFileIsNoticedWhateverItsSizeAndTime() throws {
    try writeSounds(0..<8)
    let before = try sounds(cache())
    let path = folder.path + "/s/3.wav"
    var status = stat()
    stat(path, &status)
    try folder.writeSound(noise(99, count: 250), to: "s/3.wav")
    var times = [status.st_atim, status.st_mtim]
    utimensat(AT_FDCWD, path, &times, 0)
    let after = try sounds(cache())
    #expect(after.isDecoded)
    #expect(after.data.fingerprints != before.data.fingerprints)
    expectSame(after.data, try sounds(nil).data)
  }

  @Test func moreFewerAndRenamedFilesAreNoticed() throws {
    try writeSounds(0..<8)
    _ = try sounds(cache())
    try writeSounds(8..<9)
    #expect(try sounds(cache()).isDecoded)
    try FileManager.default.moveItem(
      atPath: folder.path + "/s/1.wav", toPath: folder.path + "/s/x.wav")
    #expect(try sounds(cache()).isDecoded)
    try folder.write("x".utf8, to: "s/a.txt")
    #expect(
      try sounds(cache()).data.notes.first == "left out: 1 file that is not a sound (1 .txt)")
  }

  @Test(arguments: [0, 20, 50, 60, 300, 5000, 9000])
  func aDamagedEntryIsMadeAnew(place: Int) throws {
    try writeSounds(0..<8)
    let plain = try sounds(cache())
    let entry = cacheURL.appendingPathComponent(try #require(entries().first))
    let whole = try Data(contentsOf: entry)
    try #require(whole.count > 9000)
    var damaged = whole
    damaged[place] ^= 0x10
    for bytes in [damaged, whole.prefix(place), whole + Data([0])] {
      // Replaces the file like every writer of entries, so that mapped memory stays valid.
      try bytes.write(to: entry, options: .atomic)
      let again = try sounds(cache())
      #expect(again.isDecoded)
      expectSame(plain.data, again.data)
      #expect(try Data(contentsOf: entry) == whole)
    }
  }

  @Test func aCacheThatCannotBeWrittenIsSaidAndNoFault() throws {
    try writeSounds(0..<8)
    let plain = try sounds(nil)
    try folder.write("a file".utf8, to: "cache")
    let found = try sounds(cache())
    #expect(found.data.fingerprints == plain.data.fingerprints)
    let note = found.data.notes.filter {
      $0.hasPrefix("the decoded data are not kept in the cache: ")
    }
    #expect(note.count == 1)
    #expect(found.data.notes.filter { !note.contains($0) } == plain.data.notes)
  }

  @Test func theCacheIsKeptBelowItsLimit() throws {
    for name in ["a", "b", "c"] { try writeSounds(0..<8, to: name) }
    let size = try {
      _ = try sounds(cache(), in: "a")
      return try Data(contentsOf: cacheURL.appendingPathComponent(entries()[0])).count
    }()
    _ = try sounds(cache(), in: "b")
    // Entry `a` becomes the one used last.
    usleep(20_000)
    #expect(try !sounds(cache(), in: "a").isDecoded)
    _ = try sounds(cache(limit: 5 * size / 2), in: "c")
    #expect(entries().count == 2)
    #expect(try !sounds(cache(), in: "a").isDecoded)
    #expect(try !sounds(cache(), in: "c").isDecoded)
    // An entry larger than the limit is kept until another is written.
    let one = try sounds(cache(limit: size / 2), in: "b")
    #expect(one.isDecoded && entries().count == 1)
  }

  @Test func quickDecodingIsNotKept() throws {
    try writeSounds(0..<3)
    _ = try sounds(cache(worthwhile: .seconds(3600)))
    #expect(entries().isEmpty)
  }

  @Test func oldTemporariesAreSwept() throws {
    try writeSounds(0..<3)
    try folder.write("x".utf8, to: "cache/.data-x.1-1.lethe-tmp")
    try folder.write("x".utf8, to: "cache/.data-y.1-1.lethe-tmp")
    var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    utimensat(AT_FDCWD, folder.path + "/cache/.data-x.1-1.lethe-tmp", &times, 0)
    _ = try sounds(cache())
    #expect(entries().filter { $0.hasPrefix(".") } == [".data-y.1-1.lethe-tmp"])
  }

  @Test func anEntryThatIsRemovedStaysReadable() throws {
    try writeSounds(0..<8)
    let found = try sounds(cache())
    for name in entries() { unlink(cacheURL.appendingPathComponent(name).path) }
    expectSame(found.data, try sounds(nil).data)
  }
}
