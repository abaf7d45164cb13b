internal import Glossary
internal import Scores
internal import Statistics

/// Realism: for each generated row, the largest ratio of a training neighbourhood's radius to the row's
/// distance from its centre, over the neighbourhoods with a radius below the median, with k = 5. The value
/// is the mean over rows.
///
/// `min` is the ratio of the least realistic row. A row with a ratio of 1 is on the edge of the data;
/// near-copies are far above 1.
///
/// Source: T. Kynkäänniemi et al. 2019, "Improved precision and recall metric for assessing generative
/// models", arXiv:1904.06991, §5.
struct Realism: Metric {
  let key = "realism"
  let meaning = Meaning(
    "How near generated examples come to training examples, in sizes of the training examples' neighbourhoods",
    .kynkaanniemi2019)
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = nil
  let leavesOutRepetitions = true
  let needed = ExamplesNeeded(training: ExamplesNeeded.neighborhoods)
  let looksAtSingleRows = true
  private static let k = 5

  func score(_ sets: Comparison) throws -> Score {
    let radii = try sets.ownNeighbors(of: sets.training, Self.k, named: "training")
      .squares(of: Self.k)
    let median = Statistics.median(radii.map { $0.squareRoot() })
    let small = radii.indices.filter { radii[$0].squareRoot() < median }
    guard !small.isEmpty else { throw Unavailable("all training neighbourhoods have one radius") }
    let ratios = try largestRatios(
      sets, sets.training.features.rows(small), squaredRadii: small.map { radii[$0] })
    let moments = Moments(ratios)
    guard ratios.allSatisfy(\.isFinite) else { throw Unavailable.unbounded }
    return Score(
      moments.mean, spread: moments.squaredErrorOfMean.squareRoot(),
      extra: ["min": ratios.min() ?? .nan])
  }

  /// The largest ratio, for each generated row, of a ball's radius to the distance from its centre.
  private func largestRatios(
    _ sets: Comparison, _ centers: FeatureMatrix, squaredRadii: [Double]
  ) throws -> [Double] {
    var ratios = [Double](repeating: 0, count: sets.generated.count)
    try ratios.withUnsafeMutableBufferPointer { ratios in
      guard let ratios = ratios.baseAddress else { return }
      try PairProducts(sets.generated.features, centers, moved: true, threads: sets.threads)
        .visitSquares { _, row, _, squares in
          squaredRadii.withUnsafeBufferPointer { radii in
            var best = 0.0
            for center in squares.indices where radii[center] > best * squares[center] {
              best = radii[center] / squares[center]
            }
            ratios[row] = best.squareRoot()
          }
        }
    }
    return ratios
  }
}
