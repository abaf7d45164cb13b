/// Seconds that each instruction took, summed over runs.
package struct Profile {
  /// Number of runs that were measured.
  package internal(set) var runs = 0
  private(set) var seconds: [Double]
  private var insideContractions = 0.0

  init(count: Int) { seconds = [Double](repeating: 0, count: count) }

  /// Adds the time of one instruction.
  ///
  /// - Parameter share: Share of the duration that contractions took, in 0…1.
  mutating func add(_ duration: Duration, inContractions share: Double, at index: Int) {
    let time = duration / .seconds(1)
    seconds[index] += time
    insideContractions += share * time
  }

  /// Share of the time spent in products, convolutions and changes of layout, in 0…1.
  package var contractionShare: Double {
    let total = seconds.reduce(0, +)
    return total > 0 ? insideContractions / total : 0
  }
}
