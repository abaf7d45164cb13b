/// Improved precision: the share of generated rows inside any training row's neighbourhood, k = 3.
///
/// Source: T. Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
/// models", arXiv:1904.06991, §3.1.
struct Precision: Metric {
  let key = "precision"
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .higher
  static let k = 3

  func score(_ sets: Comparison) throws -> Score {
    let counts = try sets.neighborhoodCounts(
      of: sets.generated, in: sets.training, Self.k, named: "training")
    return shareScore(counts.count { $0 > 0 }, of: counts.count)
  }
}
