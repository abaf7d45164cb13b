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
  /// Higher.
  package let better: MetricDirection? = .higher
  /// As many as its neighbourhoods need to mean something.
  package let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)

  /// Makes the metric.
  package init() {}

  /// See `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try score(sets, k: Density.k)
  }

  /// The metric with neighbourhoods of k rows.
  package func score(_ sets: Comparison, k: Int) throws -> Score {
    let radii = try sets.ownNeighbors(of: sets.training, k, named: "training").squares(of: k)
    let nearest = try sets.nearestSquares(of: sets.training, in: sets.generated)
    return shareScore(zip(nearest, radii).count { $0 < $1 }, of: radii.count)
  }
}
