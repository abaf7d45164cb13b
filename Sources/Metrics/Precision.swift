package import Glossary
package import Scores

/// Improved precision: the share of generated rows inside any training row's neighbourhood, k = 3.
///
/// Source: T. Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
/// models", arXiv:1904.06991, §3.1.
package struct Precision: Metric {
  /// `precision`.
  package let key = "precision"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Share of generated examples that lie near a training example, within the distance to its third nearest one",
    .kynkaanniemi2019)
  /// Fidelity.
  package let aspect = MetricAspect.fidelity
  /// Higher is better.
  package let better: MetricDirection? = .higher
  /// At least 50 training rows; in smaller sets, neighbourhoods hold nearly everything.
  package let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)
  /// Scores each generated example by itself.
  package let looksAtSingleRows = true
  static let k = 3
  /// Equal training rows count once.
  package let leavesOutRepetitions = true

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try score(sets, k: Self.k)
  }

  /// Computes the metric with neighbourhoods that reach to the k-th neighbour.
  package func score(_ sets: Comparison, k: Int) throws -> Score {
    let counts = try sets.neighborhoodCounts(
      of: sets.generated, in: sets.training, k, named: "training")
    return shareScore(counts.count { $0 > 0 }, of: counts.count)
  }
}
