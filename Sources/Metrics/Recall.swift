/// Improved recall: the share of training rows inside any generated row's neighbourhood, k = 3.
///
/// Source: T. Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
/// models", arXiv:1904.06991, §3.1.
struct Recall: Metric {
  let key = "recall"
  let aspect = MetricAspect.diversity
  let better: MetricDirection? = .higher

  func score(_ sets: Comparison) throws -> Score {
    let counts = try sets.neighborhoodCounts(
      of: sets.training, in: sets.generated, Precision.k, named: "generated")
    return shareScore(counts.count { $0 > 0 }, of: counts.count)
  }
}
