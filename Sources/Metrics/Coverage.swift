package import Glossary
package import Scores

/// Coverage: the share of training rows whose nearest generated row lies in their neighbourhood, k = 5.
///
/// Source: M. F. Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models",
/// arXiv:2002.09797, §3.
package struct Coverage: Metric {
  /// `coverage`.
  package let key = "coverage"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Share of training examples that have a generated example nearer than their fifth nearest other training example",
    .naeem2020)
  /// Diversity.
  package let aspect = MetricAspect.diversity
  /// Higher is better.
  package let better: MetricDirection? = .higher
  /// At least 50 training rows; in smaller sets, neighbourhoods hold nearly everything.
  package let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)
  /// Equal training rows count once.
  package let leavesOutRepetitions = true

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try score(sets, k: Density.k)
  }

  /// Computes the metric with neighbourhoods that reach to the k-th neighbour.
  package func score(_ sets: Comparison, k: Int) throws -> Score {
    let radii = try sets.ownNeighbors(of: sets.training, k, named: "training").squares(of: k)
    let nearest = try sets.nearestSquares(of: sets.training, in: sets.generated)
    let covered = zip(nearest, radii).count(where: Self.covers)
    return shareScore(covered, of: radii.count)
  }

  /// True where the nearest generated row lies in the neighbourhood of a training row.
  ///
  /// - Parameters:
  ///   - nearest: Squared distance to the nearest generated row.
  ///   - radius: Squared distance to the k-th nearest other training row.
  fileprivate static func covers(_ nearest: Double, _ radius: Double) -> Bool { nearest < radius }
}

/// The neighbourhoods of training rows, to be asked which of them generated rows cover, as `Coverage` has it.
public struct CoveredRows {
  private let training: FeatureMatrix
  private let radii: [Double]
  private let threads: Threads

  /// Measures the neighbourhoods.
  ///
  /// - Throws: `Unavailable` for fewer than 50 rows; `Stopped`.
  public init(_ training: FeatureMatrix, threads: Threads) throws {
    try Unavailable.require(training.count, of: "training", atLeast: Coverage().needed.training)
    (self.training, self.threads) = (training, threads)
    radii = try NearestNeighbors(
      of: training, in: training, k: Density.k, excludingSelf: true, threads: threads
    ).squares(of: Density.k)
  }

  /// Tells for each training row whether at least one generated row lies in its neighbourhood.
  public func callAsFunction(_ generated: FeatureMatrix) throws -> [Bool] {
    let nearest = try NearestNeighbors(of: training, in: generated, k: 1, threads: threads)
    return zip(nearest.nearestSquares, radii).map(Coverage.covers)
  }
}
