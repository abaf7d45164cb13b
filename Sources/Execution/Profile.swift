/// Seconds per instruction, summed over runs.
public struct Profile {
  /// How many runs are in it.
  public internal(set) var runs = 0
  private(set) var seconds: [Double]
  private var insideOneDNN = 0.0

  init(count: Int) { seconds = [Double](repeating: 0, count: count) }

  /// - Parameter share: How much of the duration was spent in oneDNN, in 0…1.
  mutating func add(_ duration: Duration, oneDNN share: Double, at index: Int) {
    let time = duration / .seconds(1)
    seconds[index] += time
    insideOneDNN += share * time
  }

  /// Share of the time spent in oneDNN, layout changes included, in 0…1.
  public var oneDNNShare: Double {
    let total = seconds.reduce(0, +)
    return total > 0 ? insideOneDNN / total : 0
  }
}
