internal import Randomness

/// Simulated results of a plan without any effect, and the sign-flip test of what is added to them.
struct SimulatedResults {
  /// Number of simulated results.
  static let count = 400

  private let seeds, comparisons: Int
  private let patterns: SignPatterns
  private let stream: RandomStream

  init(seeds: Int, comparisons: Int) {
    (self.seeds, self.comparisons) = (seeds, comparisons)
    patterns = SignPatterns(of: seeds, allUpTo: 11, otherwise: 1 << 10, key: 0)
    stream = RandomStream("smallest effect", seed: UInt64(seeds))
  }

  /// The differences of each comparison by seed, in standard deviations.
  func differences(in result: Int) -> [[Double]] {
    let drawn = stream.normal(seeds * comparisons, step: UInt64(result)).map(Double.init)
    return stride(from: 0, to: drawn.count, by: seeds).map { Array(drawn[$0..<$0 + seeds]) }
  }

  /// The highest statistic of some comparisons for each pattern of signs; all 0 without any.
  ///
  /// - Parameter rows: Differences of unit length.
  func highest(among rows: [[Double]]) -> [Double] {
    var highest = [Double](repeating: 0, count: patterns.count)
    guard !rows.isEmpty else { return highest }
    patterns.forEach { pattern, signs in
      for row in rows { highest[pattern] = max(highest[pattern], SignFlip.statistic(row, signs)) }
    }
    return highest
  }

  /// True where p of the differences, corrected for the comparisons beside them, is below 0.05.
  func isFound(_ differences: [Double], beside highest: [Double]) -> Bool {
    let row = SignFlip.ofUnitLength(differences)
    let limit = abs(row.reduce(0, +)) - SignFlip.rounding * Double(row.count)
    var hits = 0
    patterns.forEach { pattern, signs in
      if max(highest[pattern], SignFlip.statistic(row, signs)) >= limit { hits += 1 }
    }
    return Double(hits) < PairedComparison.level * Double(patterns.count)
  }
}
