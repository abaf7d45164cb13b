internal import Complaints
public import Experiments
internal import Foundation
public import Records
internal import Statistics

/// How much the differences between arms vary from seed to seed in an ablation that was run: a pilot, by which a larger
/// one is planned.
public struct PilotSpread: Sendable {
  /// The standard deviation of a seed's difference from the arm without dropout, pooled over the arms, of each
  /// primary metric.
  public let deviations: [(metric: String, deviation: Double)]
  /// The claim of the larger ablation, with the contrasts that the pilot has; nil without a claim.
  private let claim: ClaimFigures?

  /// Reads a results folder.
  ///
  /// - Parameter claim: The claim of the ablation that is planned, whose arms are looked up by their names.
  /// - Throws: `InputError` when it is not a results folder, or no arm has two seeds to compare and there is no claim.
  public init(reading results: ResultsFolder, for claim: Experiment.Claim? = nil) throws {
    let figures = try Figures(reading: results)
    deviations = figures.plan.primaryMetrics.compactMap { key in
      let moments = figures.arms.compactMap { $0.metrics[key]?.comparison }
        .filter { $0.seeds.count > 1 }.map { Moments($0.paired.differences) }
      let degrees = moments.reduce(0) { $0 + Double($1.count - 1) }
      guard degrees > 0 else { return nil }
      let sum = moments.reduce(0) { $0 + Double($1.count - 1) * $1.variance }
      return (key, (sum / degrees).squareRoot())
    }
    self.claim = claim.map { ClaimFigures($0, figures.arms, figures.circumstances) }
    guard !deviations.isEmpty || claim != nil else {
      throw InputError(
        SourcePlace(file: results.url.path),
        expected: "a run with an arm without dropout and others, of two finished seeds at least",
        found: "nothing to compare")
    }
  }

  /// What a number of seeds can show of each criterion of the claim; empty without a claim.
  public func forecasts(seeds: Int) -> [CriterionForecast] {
    guard let claim else { return [] }
    let effect = SmallestEffect.standardDeviations(seeds: seeds, comparisons: 1)
    return claim.criteria.map { CriterionForecast($0, seeds: seeds, finding: effect) }
  }
}
