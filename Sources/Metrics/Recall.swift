package import Scores

/// Improved recall: the share of training rows inside any generated row's neighbourhood, k = 3.
///
/// Source: T. Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
/// models", arXiv:1904.06991, §3.1.
package struct Recall: Metric {
  /// `recall`.
  package let key = "recall"
  /// Diversity.
  package let aspect = MetricAspect.diversity
  /// Higher.
  package let better: MetricDirection? = .higher
  /// As many as its neighbourhoods need to mean something.
  package let needed = ExamplesNeeded(generated: ExamplesNeeded.neighborhoods)

  /// Makes the metric.
  package init() {}

  /// See `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try score(sets, k: Precision.k)
  }

  /// The metric with neighbourhoods of k rows.
  package func score(_ sets: Comparison, k: Int) throws -> Score {
    let counts = try sets.neighborhoodCounts(
      of: sets.training, in: sets.generated, k, named: "generated")
    var score = shareScore(counts.count { $0 > 0 }, of: counts.count)
    if sets.generated.isConstant {
      score.warning = "all generated rows are equal: their neighbourhoods have no size"
    }
    return score
  }
}
