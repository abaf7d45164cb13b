package import Glossary
package import Scores
internal import Statistics

/// Density: the mean number of training neighbourhoods that hold a generated row, divided by k, with k = 5.
///
/// Source: M. F. Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models",
/// arXiv:2002.09797, §3.
package struct Density: Metric {
  /// `density`.
  package let key = "density"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Number of neighbourhoods of training examples that a generated example lies in, over the number of neighbours that make them",
    .naeem2020)
  /// Fidelity.
  package let aspect = MetricAspect.fidelity
  /// Higher is better.
  package let better: MetricDirection? = .higher
  /// At least 50 training rows; in smaller sets, neighbourhoods hold nearly everything.
  package let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)
  /// Scores each generated example by itself.
  package let looksAtSingleRows = true
  static let k = 5
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
    return Score(
      Double(counts.reduce(0, +)) / Double(k * counts.count),
      spread: Moments(counts.map { Double($0) / Double(k) }).squaredErrorOfMean.squareRoot())
  }
}
