/// Realism: for each generated row the largest ratio of a training neighbourhood's radius to the distance from
/// its centre, over the neighbourhoods with a radius below the median, k = 5; the value is the mean.
///
/// `min` is the least realistic row's. At 1 a row is on the edge of the data; near-copies are far above.
///
/// Source: T. Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
/// models", arXiv:1904.06991, §5.
struct Realism: Metric {
  let key = "realism"
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = nil
  private static let k = 5

  func score(_ sets: Comparison) throws -> Score {
    let radii = try sets.ownNeighbors(of: sets.training, Self.k, named: "training")
      .squares(of: Self.k)
    let median = radii.map { $0.squareRoot() }.median
    let small = radii.indices.filter { radii[$0].squareRoot() < median }
    guard !small.isEmpty else { throw Unavailable("all training neighbourhoods have one radius") }
    let ratios = LargestRatios(
      sets.generated.features, sets.training.features.rows(small),
      squaredRadii: small.map { radii[$0] }
    ).values(threads: sets.threads)
    guard ratios.allSatisfy(\.isFinite) else {
      throw Unavailable("some generated rows equal a training row: their realism has no bound")
    }
    return Score(
      ratios.mean, extra: ["min": ratios.min() ?? .nan])
  }
}
