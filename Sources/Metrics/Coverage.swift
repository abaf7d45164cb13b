package import Scores

/// Coverage: the share of training rows whose nearest generated row lies in their neighbourhood, k = 5.
///
/// Source: M. F. Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models",
/// arXiv:2002.09797, §3.
package struct Coverage: Metric {
  /// `coverage`.
  package let key = "coverage"
  /// Diversity.
  package let aspect = MetricAspect.diversity
  /// Higher is better.
  package let better: MetricDirection? = .higher
  /// At least 50 training rows; in smaller sets, neighbourhoods hold nearly everything.
  package let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)

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
    return shareScore(zip(nearest, radii).count { $0 < $1 }, of: radii.count)
  }
}
