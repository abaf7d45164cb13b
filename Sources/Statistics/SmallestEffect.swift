internal import Randomness

/// The smallest effect that a plan finds with some power, computed by simulation before anything is trained.
///
/// Differences are drawn from normal distributions, of which one has a mean that is not 0, and are tested as a report
/// tests them. Comparisons are drawn independently; those that share a control are correlated, and are then corrected
/// for a little less.
public enum SmallestEffect {
  /// Number of simulated results.
  private static let draws = 400

  /// The mean difference, in standard deviations of a seed's difference, that is found in a share `power` of results.
  ///
  /// - Returns: Nil where no effect of any size can be found.
  public static func standardDeviations(
    seeds: Int, comparisons: Int, power: Double = 0.8
  ) -> Double? {
    guard SeedPower.canShow(seeds: seeds), comparisons > 0 else { return nil }
    let patterns = SignPatterns(of: seeds, allUpTo: 11, otherwise: 1 << 10, key: 0)
    let stream = RandomStream("smallest effect", seed: UInt64(seeds))
    let found = (0..<draws).compactMap { draw -> Double? in
      let drawn = stream.normal(seeds * comparisons, step: UInt64(draw)).map(Double.init)
      let rows = stride(from: 0, to: drawn.count, by: seeds).map { Array(drawn[$0..<$0 + seeds]) }
      return smallestFound(rows[0], beside: rows.dropFirst().map(SignFlip.ofUnitLength), patterns)
    }.sorted()
    let place = Int((power * Double(draws)).rounded(.up)) - 1
    return place < found.count ? found[place] : nil
  }

  /// The least mean of one comparison at which its corrected p is below 0.05; nil where none is.
  private static func smallestFound(
    _ noise: [Double], beside others: [[Double]], _ patterns: SignPatterns
  ) -> Double? {
    var highest = [Double](repeating: 0, count: patterns.count)
    patterns.forEach { pattern, signs in
      for other in others {
        highest[pattern] = max(highest[pattern], SignFlip.statistic(other, signs))
      }
    }
    func isFound(_ mean: Double) -> Bool {
      let differences = SignFlip.ofUnitLength(noise.map { $0 + mean })
      let limit = abs(differences.reduce(0, +)) - SignFlip.rounding * Double(differences.count)
      var hits = 0
      patterns.forEach { pattern, signs in
        if max(highest[pattern], SignFlip.statistic(differences, signs)) >= limit { hits += 1 }
      }
      return Double(hits) < PairedComparison.level * Double(patterns.count)
    }
    var (low, high) = (0.0, 64.0)
    guard isFound(high) else { return nil }
    for _ in 0..<14 {
      let middle = (low + high) / 2
      if isFound(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
