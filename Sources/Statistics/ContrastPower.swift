/// How often a criterion of a claim holds where the true contrast has a given size, computed by simulation before
/// anything is trained.
public enum ContrastPower {
  /// The share of results in which a criterion holds: the mean contrast lies in the range, and its sign-flip p beside
  /// each end of the range is below 0.05, without correction. Contrasts of seeds are drawn from a normal distribution.
  ///
  /// - Parameters:
  ///   - expectation: The range that the claim expects.
  ///   - seeds: Number of seeds; 0 is returned for too few of them.
  ///   - truth: The true contrast.
  ///   - deviation: The standard deviation of a seed's contrast.
  public static func share(
    holding expectation: ContrastTest.Expectation, seeds: Int, truth: Double, deviation: Double
  ) -> Double {
    guard SeedPower.canShow(seeds: seeds) else { return 0 }
    let results = SimulatedResults(seeds: seeds, comparisons: 1)
    let alone = results.highest(among: [])
    let holding = (0..<SimulatedResults.count).count { result in
      let contrasts = results.differences(in: result)[0].map { truth + deviation * $0 }
      return expectation.contains(mean(contrasts))
        && expectation.bounds.allSatisfy { bound in
          results.isFound(contrasts.map { $0 - bound }, beside: alone)
        }
    }
    return Double(holding) / Double(SimulatedResults.count)
  }
}
