/// The smallest effect that a plan finds with some power, computed by simulation before anything is trained.
///
/// Differences are drawn from normal distributions, of which one has a mean that is not 0, and are tested as a report
/// tests them. Comparisons are drawn independently; those that share a control are correlated, and are then corrected
/// for a little less.
public enum SmallestEffect {
  /// The mean difference, in standard deviations of a seed's difference, that is found in a share `power` of results.
  ///
  /// - Returns: Nil where no effect of any size can be found.
  public static func standardDeviations(
    seeds: Int, comparisons: Int, power: Double = 0.8
  ) -> Double? {
    guard SeedPower.canShow(seeds: seeds), comparisons > 0 else { return nil }
    let results = SimulatedResults(seeds: seeds, comparisons: comparisons)
    let found = (0..<SimulatedResults.count).compactMap { smallestFound(in: $0, of: results) }
      .sorted()
    let place = Int((power * Double(SimulatedResults.count)).rounded(.up)) - 1
    return place < found.count ? found[place] : nil
  }

  /// The least mean of one comparison at which its corrected p is below 0.05; nil where none is.
  private static func smallestFound(in result: Int, of results: SimulatedResults) -> Double? {
    let rows = results.differences(in: result)
    let highest = results.highest(among: rows.dropFirst().map(SignFlip.ofUnitLength))
    func isFound(_ mean: Double) -> Bool {
      results.isFound(rows[0].map { $0 + mean }, beside: highest)
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
