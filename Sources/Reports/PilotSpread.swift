internal import Complaints
internal import Foundation
public import Records
internal import Statistics

/// How much the differences between arms vary from seed to seed in an ablation that was run: a pilot, by which a larger
/// one is planned.
public struct PilotSpread: Sendable {
  /// The standard deviation of a seed's difference from the arm without dropout, pooled over the arms, of each
  /// primary metric.
  public let deviations: [(metric: String, deviation: Double)]

  /// Reads a results folder.
  ///
  /// - Throws: `InputError` when it is not a results folder, or no arm has two seeds to compare.
  public init(reading results: ResultsFolder) throws {
    let figures = try Figures(reading: results)
    deviations = figures.plan.primaryMetrics.compactMap { key in
      let moments = figures.arms.compactMap { $0.metrics[key]?.comparison }
        .filter { $0.seeds.count > 1 }.map { Moments($0.paired.differences) }
      let degrees = moments.reduce(0) { $0 + Double($1.count - 1) }
      guard degrees > 0 else { return nil }
      let sum = moments.reduce(0) { $0 + Double($1.count - 1) * $1.variance }
      return (key, (sum / degrees).squareRoot())
    }
    guard !deviations.isEmpty else {
      throw InputError(
        SourcePlace(file: results.url.path),
        expected: "a run with an arm without dropout and others, of two finished seeds at least",
        found: "nothing to compare")
    }
  }
}
