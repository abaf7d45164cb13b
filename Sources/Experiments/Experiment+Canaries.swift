internal import Complaints

extension Experiment.Data {
  /// `data.canaries`: known examples that no data have, which are trained on with so many repeats each.
  public struct Canaries: Sendable, Equatable {
    /// `count`.
    public let count: Int
    /// `repeats`.
    public let repeats: [Int]

    /// Number of the shortest tones in a second: 20 ms have two periods of the lowest.
    private static let shortestPart = 50

    /// - Parameter sound: Samples and sample rate of sounds; nil for images.
    init(_ keys: SectionReader, sound: (length: Int, sampleRateHz: Int)?) throws {
      count = try keys.value(
        "count", .integer(1...100_000), default: 20,
        says: "number of canaries of each number of repeats")
      repeats = try keys.value(
        "repeats", .list(of: .integer(1...100_000)), default: [1, 4, 16],
        says: "numbers of rows of the training set that a canary fills")
      guard let sound else { return }
      let shortest = (sound.sampleRateHz + Self.shortestPart - 1) / Self.shortestPart
      guard sound.length >= shortest else {
        throw keys.error(
          "expected a data.length of at least \(shortest) samples (20 ms), which tones of their own need, "
            + "found \(sound.length)")
      }
    }
  }
}
