/// Seconds per instruction, summed over runs.
public struct Profile {
  /// How many runs are in it.
  public internal(set) var runs = 0
  private(set) var seconds: [Double]
  private let isContraction: [Bool]

  init(isContraction: [Bool]) {
    self.isContraction = isContraction
    seconds = [Double](repeating: 0, count: isContraction.count)
  }

  mutating func add(_ duration: Duration, at index: Int) {
    seconds[index] +=
      Double(duration.components.attoseconds) * 1e-18 + Double(duration.components.seconds)
  }

  /// Share of the time spent in oneDNN, layout changes included, in 0…1.
  public var oneDNNShare: Double {
    let total = seconds.reduce(0, +)
    let inside = zip(seconds, isContraction).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    return total > 0 ? inside / total : 0
  }
}
