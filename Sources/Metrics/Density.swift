package import Scores
internal import Statistics

/// Density: how many training neighbourhoods hold a generated row, over k, k = 5.
///
/// Source: M. F. Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models",
/// arXiv:2002.09797, §3.
package struct Density: Metric {
  /// `density`.
  package let key = "density"
  /// Fidelity.
  package let aspect = MetricAspect.fidelity
  /// Higher.
  package let better: MetricDirection? = .higher
  /// As many as its neighbourhoods need to mean something.
  package let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)
  /// Each generated example counts by itself.
  package let looksAtSingleRows = true
  static let k = 5

  /// Makes the metric.
  package init() {}

  /// See `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try score(sets, k: Self.k)
  }

  /// The metric with neighbourhoods of k rows.
  package func score(_ sets: Comparison, k: Int) throws -> Score {
    let counts = try sets.neighborhoodCounts(
      of: sets.generated, in: sets.training, k, named: "training")
    return Score(
      Double(counts.reduce(0, +)) / Double(k * counts.count),
      spread: Moments(counts.map { Double($0) / Double(k) }).squaredErrorOfMean.squareRoot())
  }
}
