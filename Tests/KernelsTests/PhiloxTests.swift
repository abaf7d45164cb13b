internal import Foundation
internal import Kernels
import Testing

@Suite struct PhiloxTests {
  @Test func thereAreKnownAnswers() { #expect(KnownAnswer.all.count == 3) }

  @Test(arguments: KnownAnswer.all)
  func matchesKnownAnswers(answer: KnownAnswer) {
    #expect(philox(counter: answer.counter, key: answer.key) == answer.words)
  }

  /// Compares bulk words with the layout of `lethe_philox.h`, written out with the scalar generator.
  @Test(arguments: [0, 37, 128, 1 << 33 + 77, 1 << 34 - 130])
  func bulkWordsFollowTheDocumentedLayout(start: Int) {
    let stream = Stream(seed: 0x0123_4567_89ab_cdef, id: 0xfeed_beef, step: 0x1_0000_0002)
    let expected = (start..<start + 500).map { position in
      let within = position % 128
      return philox(
        counter: [
          UInt32(truncatingIfNeeded: position / 128 * 32 + within % 64 / 2), stream.id,
          UInt32(truncatingIfNeeded: stream.step), UInt32(stream.step >> 32),
        ],
        key: [UInt32(truncatingIfNeeded: stream.seed), UInt32(stream.seed >> 32)]
      )[within / 64 * 2 + within % 2]
    }
    #expect(stream.words(start, 500) == expected)
  }

  @Test func uniformsFollowTheDocumentedLayout() {
    let stream = Stream(seed: 5, id: 6, step: 7)
    let words = stream.words(0, 1024)
    #expect(stream.uniform(0, 1024) == words.map { (Float($0 >> 9) + 0.5) * 0x1p-23 })
    let halves = (0..<2048).map { element in
      let word = words[element / 256 * 128 + element % 128]
      return element % 256 < 128 ? word & 0xffff : word >> 16
    }
    #expect(stream.uniform16(0, 2048) == halves.map { (Float($0) + 0.5) * 0x1p-16 })
  }

  @Test func everyDivisionOfARangeGivesTheSameValues() {
    let stream = Stream(seed: .max, id: 3, step: .max)
    let (words, uniform, uniform16) = (
      stream.words(0, 1600), stream.uniform(0, 1600), stream.uniform16(0, 1600)
    )
    for (start, count) in [
      (0, 1), (0, 127), (1, 128), (127, 2), (128, 128), (255, 258), (256, 256), (300, 1024),
      (511, 513), (1599, 1), (13, 1587),
    ] {
      #expect(stream.words(start, count) == Array(words[start..<start + count]))
      #expect(stream.uniform(start, count) == Array(uniform[start..<start + count]))
      #expect(stream.uniform16(start, count) == Array(uniform16[start..<start + count]))
    }
  }

  @Test(arguments: [Int64.min, -1, 0])
  func nothingIsWrittenWithoutACount(count: Int64) {
    var word: UInt32 = 7
    lethe_philox_bits(&word, 0, count, 1, 2, 3)
    #expect(word == 7)
  }

  @Test func positionsCountModuloTheNumberOfCounters() {
    let stream = Stream(seed: 1, id: 2, step: 3)
    #expect(stream.words(1 << 34 - 40, 80).suffix(40) == stream.words(0, 40)[...])
    #expect(stream.words(.max - 3, 8).suffix(4) == stream.words(0, 4)[...])
    #expect(stream.words(-5, 8).suffix(3) == stream.words(0, 3)[...])
  }

  @Test func seedsStreamsAndStepsAllMatter() {
    let words = Stream(seed: 1, id: 1, step: 1).words(0, 4096)
    for other in [
      Stream(seed: 2, id: 1, step: 1), Stream(seed: 1 | 1 << 32, id: 1, step: 1),
      Stream(seed: 1, id: 2, step: 1), Stream(seed: 1, id: 1, step: 2),
      Stream(seed: 1, id: 1, step: 1 | 1 << 32),
    ] {
      let same = zip(words, other.words(0, 4096)).count { $0 == $1 }
      #expect(same <= 1, "\(same) of 4096 words are the same")
    }
  }

  /// Checks published values of 32-bit FNV-1a, and that the streams in use get different numbers.
  @Test func namesHashToStableNumbers() {
    let id = { (name: String) in lethe_stream_id(name, Int64(name.utf8.count)) }
    #expect(id("") == 0x811c_9dc5)
    #expect(id("a") == 0xe40c_292c)
    #expect(id("foobar") == 0xbf9c_f968)
    let names = [
      "init", "data", "latent", "augment", "dropout/g.0", "dropout/g.1", "sampling", "metrics",
    ]
    #expect(Set(names.map(id)).count == names.count)
  }
}

/// A line of `Fixtures/philox4x32_10.txt`, which the tests in C read too.
struct KnownAnswer: Sendable {
  let counter: [UInt32], key: [UInt32], words: [UInt32]

  static let all: [KnownAnswer] = {
    let file = Bundle.module.url(forResource: "Fixtures/philox4x32_10", withExtension: "txt")
    let text = file.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let numbers = line.split(separator: " ").compactMap { UInt32($0, radix: 16) }
      return KnownAnswer(
        counter: Array(numbers[..<4]), key: Array(numbers[4..<6]), words: Array(numbers[6...]))
    }
  }()
}

func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
  var out = [UInt32](repeating: 0, count: 4)
  lethe_philox4x32_10(counter, key, &out)
  return out
}

/// The bulk functions of one stream at one step, as arrays.
struct Stream {
  let seed: UInt64, id: UInt32, step: UInt64

  func words(_ start: Int, _ count: Int) -> [UInt32] {
    var out = [UInt32](repeating: 0, count: count)
    lethe_philox_bits(&out, Int64(start), Int64(count), seed, id, step)
    return out
  }

  func uniform(_ start: Int, _ count: Int) -> [Float] {
    var out = [Float](repeating: 0, count: count)
    lethe_philox_uniform(&out, Int64(start), Int64(count), seed, id, step)
    return out
  }

  func uniform16(_ start: Int, _ count: Int) -> [Float] {
    var out = [Float](repeating: 0, count: count)
    lethe_philox_uniform16(&out, Int64(start), Int64(count), seed, id, step)
    return out
  }
}
