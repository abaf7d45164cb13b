import DataSupport
import Datasets
import Foundation
import Testing

@Suite struct SoundSplitTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes sounds of 300 samples, in which samples 0, 100 and 200 hold the number of the file.
  private func write(_ numbers: Range<Int>, as format: SoundFormat, in subfolder: String) throws {
    for number in numbers {
      var sound = noise(number, count: 300)
      for start in [0, 100, 200] { sound[start] = Float(number) / 1024 }
      try folder.writeSound(sound, as: format, to: "\(subfolder)/\(number).\(format.name)")
    }
  }

  /// The number of the file that each example comes from.
  private func numbers(_ examples: Examples) -> [Int] {
    examples.sounds.map { Int($0[0] * 1024) }
  }

  @Test func windowsOfAFileAreNeverDivided() throws {
    try write(0..<200, as: .wav, in: "a")
    let data = try folder.loadSounds("a", length: 100, holdout: 0.3)
    let (training, holdout) = (numbers(data.training), numbers(data.holdout))
    #expect(training.count + holdout.count == 600)
    #expect(Set(training).isDisjoint(with: holdout))
    #expect(training.count == 3 * Set(training).count)
    // Tolerance: four standard deviations of the binomial distribution.
    #expect(abs(Set(holdout).count - 60) < 26)
    // Windows lie in the order of their own hashes, not file by file.
    #expect(zip(training, training.dropFirst()).count { $0 == $1 } < 20)
  }

  @Test func formatLengthAndRateDoNotMoveAFile() throws {
    try write(0..<60, as: .wav, in: "a")
    try write(0..<60, as: .flac, in: "b")
    let first = try folder.loadSounds("a", length: 100, holdout: 0.3)
    let same = try folder.loadSounds("b", length: 100, holdout: 0.3)
    #expect(first.training.sounds == same.training.sounds)
    #expect(first.holdout.sounds == same.holdout.sounds)
    let long = try folder.loadSounds("a", length: 300, holdout: 0.3)
    #expect(Set(numbers(long.holdout)) == Set(numbers(first.holdout)))
    let fast = try folder.loadSounds("a", rate: 32_000, length: 600, holdout: 0.3)
    #expect(fast.holdout.count == long.holdout.count)
  }

  @Test func limitsAreNested() throws {
    try write(0..<30, as: .wav, in: "a")
    let all = try folder.loadSounds("a", length: 100, holdout: 0.2).training.sounds
    let many = try folder.loadSounds("a", length: 100, limit: 40, holdout: 0.2)
    #expect(many.training.sounds == Array(all[..<40]))
    let few = try folder.loadSounds("a", length: 100, limit: 7, holdout: 0.2)
    #expect(few.training.sounds == Array(all[..<7]))
    #expect(few.holdout.sounds == many.holdout.sounds)
  }

  @Test func aLimitAboveWhatThereIsIsAnError() throws {
    try write(0..<5, as: .wav, in: "a")
    #expect(
      problem { _ = try folder.loadSounds("a", length: 100, limit: 16) }
        == "limit: expected at most the 15 training examples there are "
        + "(of 15 examples, 0 are held out), found 16")
  }

  @Test func aShareThatHoldsNothingOutIsSaid() throws {
    try write(0..<2, as: .wav, in: "a")
    #expect(
      try folder.loadSounds("a", length: 100, holdout: 0.001).notes.last
        == "nothing is held out: the sounds are too few for a share of 0.001")
  }

  /// Pins the split, which must not change: results of earlier runs depend on it.
  @Test func theSplitIsPinned() throws {
    try write(0..<10, as: .wav, in: "a")
    let data = try folder.loadSounds("a", length: 300, holdout: 0.3)
    #expect(numbers(data.holdout) == [5, 8, 4])
    #expect(numbers(data.training) == [3, 7, 6, 0, 2, 1, 9])
  }
}
