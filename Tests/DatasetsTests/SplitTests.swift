import DataSupport
import Datasets
import Foundation
import Testing

@Suite struct SplitTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes one 1×2 image per number, whose pixels are the number's two bytes.
  private func write(_ numbers: some Sequence<Int>, to name: String) throws -> String {
    let data = numbers.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    return try folder.writeNumpy("'|u1'", shape: "(\(data.count / 2), 1, 2)", data: data, to: name)
  }

  private func load(
    _ path: String, holdout: Double, limit: Int? = nil
  ) throws -> (training: [[Float]], holdout: [[Float]]) {
    let data = try Dataset.load(
      ImageRequest(source: .path(path), limit: limit, holdout: holdout))
    return (data.training.all, data.holdout.all)
  }

  @Test(arguments: [0.1, 0.2, 0.5, 0.9]) func theShareIsAboutWhatWasAskedFor(share: Double) throws {
    let path = try write(0..<5000, to: "a.npy")
    let split = try load(path, holdout: share)
    #expect(split.training.count + split.holdout.count == 5000)
    // Tolerance: four standard deviations of the binomial distribution.
    let deviation = (5000 * share * (1 - share)).squareRoot()
    #expect(abs(Double(split.holdout.count) - 5000 * share) < 4 * deviation)
    #expect(Set(split.training).isDisjoint(with: split.holdout))
  }

  @Test func orderAndNamesDoNotMatter() throws {
    let forward = try load(write(0..<500, to: "a.npy"), holdout: 0.3)
    let backward = try load(write((0..<500).reversed(), to: "b.npy"), holdout: 0.3)
    #expect(forward.training == backward.training)
    #expect(forward.holdout == backward.holdout)
  }

  @Test func otherExamplesDoNotMatter() throws {
    let some = try load(write(0..<500, to: "a.npy"), holdout: 0.3)
    let more = try load(write(0..<900, to: "b.npy"), holdout: 0.3)
    #expect(Set(some.training).isSubset(of: more.training))
    #expect(Set(some.holdout).isSubset(of: more.holdout))
  }

  @Test func aLargerShareKeepsWhatASmallerOneHeldOut() throws {
    let path = try write(0..<500, to: "a.npy")
    let small = try load(path, holdout: 0.1)
    let large = try load(path, holdout: 0.4)
    #expect(Set(small.holdout).isSubset(of: large.holdout))
  }

  @Test func duplicatesFallOnOneSide() throws {
    let numbers = (0..<300).flatMap { [$0, 299 - $0] }
    let split = try load(write(numbers, to: "a.npy"), holdout: 0.5)
    #expect(split.training.count + split.holdout.count == 600)
    #expect(Set(split.training).isDisjoint(with: split.holdout))
    #expect(Set(split.training).count * 2 == split.training.count)
  }

  @Test func limitsAreNestedAndLeaveTheHoldoutAlone() throws {
    let path = try write(0..<2000, to: "a.npy")
    let all = try load(path, holdout: 0.2)
    let many = try load(path, holdout: 0.2, limit: 900)
    let few = try load(path, holdout: 0.2, limit: 100)
    #expect((many.training.count, few.training.count) == (900, 100))
    #expect(Array(all.training[..<900]) == many.training)
    #expect(Array(many.training[..<100]) == few.training)
    #expect(many.holdout == all.holdout && few.holdout == all.holdout)
  }

  @Test func noHoldoutHoldsNothingOut() throws {
    let split = try load(write(0..<50, to: "a.npy"), holdout: 0)
    #expect((split.training.count, split.holdout.count) == (50, 0))
  }

  @Test func aLimitAboveWhatThereIsIsAnError() throws {
    let path = try write(0..<50, to: "a.npy")
    let split = try load(path, holdout: 0.3)
    let (kept, held) = (split.training.count, split.holdout.count)
    #expect(try load(path, holdout: 0.3, limit: kept).training.count == kept)
    #expect(
      problem { _ = try load(path, holdout: 0.3, limit: kept + 1) }
        == "limit: expected at most the \(kept) training examples there are "
        + "(of 50 examples, \(held) are held out), found \(kept + 1)")
  }

  @Test func nothingLeftToTrainOnIsAnError() throws {
    let path = try write([7], to: "a.npy")
    #expect(
      problem { _ = try load(path, holdout: 0.999999) }
        == "expected at least one training example, found none: of 1 examples, 1 are held out")
  }

  /// Pins the split, which must not change: results of earlier runs depend on it.
  @Test func theSplitIsPinned() throws {
    let split = try load(write(0..<10, to: "a.npy"), holdout: 0.3)
    func numbers(_ images: [[Float]]) -> [Int] { images.map { Int(($0[1] * 255).rounded()) } }
    #expect(numbers(split.holdout) == [2, 1])
    #expect(numbers(split.training) == [6, 8, 4, 3, 9, 5, 7, 0])
  }
}
