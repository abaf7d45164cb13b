package import Glossary
package import Scores

/// Improved recall: the share of training rows inside any generated row's neighbourhood, k = 3.
///
/// Source: T. Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
/// models", arXiv:1904.06991, §3.1.
package struct Recall: Metric {
  /// `recall`.
  package let key = "recall"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Share of training examples that lie near a generated example, within the distance to its third nearest one",
    .kynkaanniemi2019)
  /// Diversity.
  package let aspect = MetricAspect.diversity
  /// Higher is better.
  package let better: MetricDirection? = .higher
  /// At least 50 generated rows; in smaller sets, neighbourhoods hold nearly everything.
  package let needed = ExamplesNeeded(generated: ExamplesNeeded.neighborhoods)
  /// Equal training rows count once.
  package let leavesOutRepetitions = true
  /// The neighbourhoods of fewer generated rows reach farther.
  package let withFewerRows = SizeEffect.better

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try score(sets, k: Precision.k)
  }

  /// Computes the metric with neighbourhoods that reach to the k-th neighbour.
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
